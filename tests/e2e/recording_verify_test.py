"""`oneoff audit verify` finds recordings that are missing, shortened or altered, archived or not."""

import os
import shutil

import harness


class RecordingVerify(harness.GatewayTest):
    def recorded(self, status, archived=True):
        self.ssh("plain", f"sh -c 'seq 1 5000; exit {status}'")
        run = self.gateway.wait_for_audit("run.ended", status=status)["run"]
        folder = self.gateway.root / "lib/recordings" / run
        harness.wait_until(lambda: not (folder / "state").exists(), "the recording to be archived")
        return run, folder

    def verify(self):
        result = self.gateway.oneoff("audit", "verify")
        return result.returncode, result.stdout

    def assert_found(self, run, words):
        status, said = self.verify()
        self.assertEqual(status, 1, said)
        self.assertRegex(said, rf"(?m)^\S+\.jsonl:\d+: run {run}: recording: {words}")

    def test_each_bad_shape(self):
        run, folder = self.recorded(21)
        self.assertEqual(self.verify()[0], 0, self.verify()[1])
        kept = self.directory / "kept"
        shutil.copytree(folder, kept)

        def restore():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(kept, folder)
            self.assertEqual(self.verify()[0], 0)

        shutil.rmtree(folder)
        self.assert_found(run, "the recording is not there")
        restore()
        (folder / "stdout").unlink()
        self.assert_found(run, "stdout: No such file or directory")
        restore()
        os.chmod(folder / "stdout", 0o600)  # taken as plain then
        self.assert_found(run, "stdout: ")
        restore()
        (folder / "timing").write_bytes(b"")
        self.assert_found(run, "timing: has 0 bytes of ")
        restore()
        with open(folder / "events.jsonl", "ab") as file:
            file.write(b"{}\n")
        self.assert_found(run, "events.jsonl: has more than its ")
        restore()
        text = (folder / "log").read_bytes()
        (folder / "log").write_bytes(text.replace(b"alice", b"bob  "))
        self.assert_found(run, "log: its first ")
        restore()
        other, other_folder = self.recorded(22)
        shutil.rmtree(folder)
        shutil.copytree(other_folder, folder)
        self.assert_found(run, "")
        restore()


if __name__ == "__main__":
    harness.main()
