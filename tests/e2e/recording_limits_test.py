"""How much is kept, by app; and how long: what is too old or too much goes, each removal on the record."""

import hashlib

import harness
import recordings


class RecordingKeep(harness.GatewayTest):
    app = {"record": {"keep": "4K", "digest": True}}

    def test_an_app_says_how_much_and_whether_there_is_a_digest_of_all(self):
        result = self.ssh("plain", "sh -c 'head -c 3000000 /dev/zero; exit 3'")
        self.assertEqual(len(result.stdout), 3_000_000)
        run = self.gateway.wait_for_audit("run.ended", status=3, stdout_bytes=3_000_000)["run"]
        self.assertEqual(recordings.of(self.gateway, run).read("stdout"), bytes(4096))
        files = self.gateway.wait_for_audit("recording.ended", run=run)["files"]
        self.assertIn("stdout 4096 " + hashlib.sha256(bytes(4096)).hexdigest(), files)
        self.assertIn("stdout.passed 3000000 " + hashlib.sha256(bytes(3_000_000)).hexdigest(), files)


class RecordingPrune(harness.GatewayTest):
    def archived(self, status):
        self.ssh("plain", f"sh -c 'head -c 500000 /dev/urandom | od; exit {status}'")
        run = self.gateway.wait_for_audit("run.ended", status=status)["run"]
        folder = self.gateway.root / "lib/recordings" / run
        harness.wait_until(lambda: not (folder / "state").exists(), "the recording to be archived")
        return run, folder

    def prune(self, **recordings_settings):
        loaded = len(self.gateway.audit("configuration.loaded"))
        self.gateway.settings(recordings={"reserve": "0", "min_age": "0s", **recordings_settings})
        harness.wait_until(lambda: len(self.gateway.audit("configuration.loaded")) > loaded, "the settings")
        return self.gateway.oneoff("recordings", "prune")

    def test_what_is_too_much_and_what_is_too_old_goes(self):
        first, first_folder = self.archived(11)
        second, second_folder = self.archived(12)
        harness.os.utime(first_folder, (1000, 1000))
        harness.os.utime(second_folder, (2000, 2000))
        self.assertLess((second_folder / "stdout").stat().st_size, 1 << 20)
        result = self.prune(retain="3650d", max_disk="1G")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        # 1970 is older than ten years.
        self.assertEqual(result.stdout.split(",")[0], "2 recordings removed")
        self.assertFalse(first_folder.exists() or second_folder.exists())
        self.assertEqual([(record["run"], record["cause"]) for record in self.gateway.audit("recording.pruned")],
                         [(first, "retain"), (second, "retain")])
        third, third_folder = self.archived(13)
        fourth, fourth_folder = self.archived(14)
        harness.os.utime(third_folder, (harness.os.stat(fourth_folder).st_mtime - 100,) * 2)
        size = sum(path.stat().st_blocks * 512 for path in fourth_folder.iterdir())
        result = self.prune(retain="3650d", max_disk=str(size))
        self.assertEqual(result.stdout.split(",")[0], "1 recording removed")
        self.assertTrue(fourth_folder.exists() and not third_folder.exists())
        self.assertEqual(self.gateway.audit("recording.pruned")[-1]["cause"], "max_disk")
        self.assertEqual(self.gateway.oneoff("recordings", "prune").stdout, "0 recordings removed, 0 bytes\n")
        # What was pruned is accounted for.
        verified = self.gateway.oneoff("audit", "verify")
        self.assertEqual((verified.returncode, "recording" in verified.stdout), (0, False), verified.stdout)


if __name__ == "__main__":
    harness.main()
