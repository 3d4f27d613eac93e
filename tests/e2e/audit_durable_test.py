"""The record of a start is in the log before the command's first instruction; without a log nothing runs."""

import json
import os
import subprocess
import unittest

import harness


class AuditDurable(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        # An app that may read the log: root's where the log is root's.
        cls.gateway.app("reader", cls.plain.directory, user="root" if harness.ROOT else harness.apps.user())

    def test_the_command_finds_its_own_start_in_the_log(self):
        for _ in range(10):
            result = self.ssh("reader", f"sh -c 'cat {self.gateway.root}/log/audit/*.jsonl; echo $ONEOFF_RUN'")
            *lines, run = result.stdout.decode().splitlines()
            started = [json.loads(line) for line in lines if '"run.started"' in line]
            self.assertEqual((result.status, started[-1]["run"]), (0, run))

    def test_each_run_has_its_start_and_its_end_and_the_chain_is_sound(self):
        self.ssh("plain", "true")
        run = self.gateway.audit("run.started", command="true")[-1]["run"]
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], "exited")
        result = self.gateway.oneoff("audit", "verify")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_the_record_of_a_start_tells_all(self):
        self.ssh("plain", "echo 'a b'")
        started = self.gateway.wait_for_audit("run.started", command="echo 'a b'")
        here = str((self.plain.directory / "releases/v2").resolve())
        self.assertEqual(
            {key: started[key] for key in ("app", "release", "commit", "directory", "person", "source", "rule",
                                           "argv", "user", "pty")},
            {"app": "plain", "release": "v2", "commit": "3f2a91c".ljust(40, "0"), "directory": here,
             "person": "alice", "source": "127.0.0.1", "rule": "ops", "argv": ["echo", "a b"],
             "user": harness.apps.user(), "pty": False})


@unittest.skipUnless(harness.ROOT, "needs a file system of its own to fill")
class AuditFull(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.log = cls.gateway.root / "log/audit"
        cls.log.mkdir(mode=0o750)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=0750", "none", cls.log], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", "-l", cls.log], check=False)

    def test_a_full_disk_lets_nothing_run_and_says_so(self):
        self.assert_ran(self.ssh("plain", "true"), "")
        filler = self.log / "filler"
        with open(filler, "wb") as file:
            try:
                while True:
                    os.write(file.fileno(), b"x" * 512)
            except OSError:
                pass
        # What is left of the log's last page may hold a few records more.
        for attempt in range(20):
            marker = self.plain.directory / f"releases/v2/tmp/ran-{attempt}"
            result = self.ssh("plain", f"touch {marker}")
            if result.status != 0:
                break
        self.assertEqual((result.status, result.stdout), (74, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*audit[^\n]*\n\Z")
        self.assertFalse(marker.exists())
        filler.unlink()
        self.assert_ran(self.ssh("plain", f"touch {marker}"), "")
        self.assertEqual(self.gateway.oneoff("audit", "verify").returncode, 0)


if __name__ == "__main__":
    harness.main()
