"""A full disk: no run that cannot be kept track of is started, what runs goes on, and room is all that is needed."""

import os
import subprocess
import unittest

import harness


def fill(folder):
    """Takes all the room there is; the file that took it."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        for size in (4096, 512, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
    return filler


@unittest.skipUnless(harness.ROOT, "needs a file system of its own to fill")
class DiskFull(harness.GatewayTest):
    """Of what lies under lib; that of the audit log is audit_durable_test's."""

    settings = {"term_after": "300ms"}

    @classmethod
    def prepare(cls):
        cls.lib = cls.gateway.root / "lib"
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k,mode=0755", "none", cls.lib], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", "-l", cls.lib], check=False)

    def test_nothing_is_started_and_what_runs_goes_on(self):
        running = self.start_ssh("plain", "sh -c 'echo in; cat; exit 4'")
        self.assertEqual(running.stdout.readline(), b"in\n")
        filler = fill(self.lib)
        for attempt in range(3):
            marker = self.plain.directory / f"releases/v2/tmp/ran-{attempt}"
            result = self.ssh("plain", f"touch {marker}")
            self.assertEqual((result.status, result.stdout, marker.exists()), (73, b"", False))
            self.assertRegex(result.stderr, r"\Aoneoff: plain\+v2: nothing was started, because it cannot be kept "
                                            r"track of: [^\n]+: No space left on device; tell the gateway's "
                                            r"administrator\n\Z")
        running.stdin.write(b"still here\n")
        running.stdin.close()
        self.assertEqual((running.stdout.read(), running.wait(20)), (b"still here\n", 4))
        filler.unlink()
        self.assert_ran(self.ssh("plain", "echo again"), "again\n")
        run = self.gateway.wait_for_audit("run.started", command="sh -c 'echo in; cat; exit 4'")["run"]
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        # The room for its end was there before the disk was full.
        self.assertEqual((ended["how"], ended["status"]), ("exited", 4))
        harness.wait_until(lambda: not [name for name in self.gateway.runs() if not name.startswith(".")],
                           "the runs' folders to be gone")
        self.assertEqual(os.listdir(self.lib / "runs/.new"), [])
        self.assertEqual(self.gateway.oneoff("audit", "verify").returncode, 0)


if __name__ == "__main__":
    harness.main()
