"""When a recording cannot be written: nothing starts, what runs waits, goes on when there is room, and is ended."""

import json
import subprocess
import unittest

import harness
import recordings
from disk_full_test import fill

ENDLESS = "sh -c 'echo up; while :; do echo a line of some length; done'"


@unittest.skipUnless(harness.ROOT, "needs a file system of its own to fill")
class RecordingDisk(harness.GatewayTest):
    settings = {"recordings": {"reserve": "0", "pause_limit": "20s"}, "term_after": "200ms", "kill_after": "200ms"}

    @classmethod
    def prepare(cls):
        cls.folder = cls.gateway.root / "lib/recordings"
        cls.folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", cls.folder], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", "-l", cls.folder], check=False)
        policy = json.loads((cls.gateway.root / "etc/policy.json").read_text())
        policy["rules"].insert(0, {"name": "emergency", "who": ["bob"], "apps": ["plain"], "run": ["..."],
                                   "unrecorded": "allowed"})
        cls.gateway.policy(policy)

    def test_nothing_starts_but_by_the_emergency_rule(self):
        filler = fill(self.folder)
        try:
            marker = self.plain.directory / "releases/v2/tmp/ran"
            result = self.ssh("plain", f"touch {marker}")
            self.assertEqual((result.status, result.stdout, marker.exists()), (73, b"", False))
            self.assertRegex(result.stderr, r"\Aoneoff: plain\+v2: nothing was started, because it cannot be recorded: "
                                            r"recording: [^\n]*No space left on device; tell the gateway's "
                                            r"administrator\n\Z")
            result = self.ssh("plain", "sh -c 'echo done; exit 5'", person="bob")
            self.assertEqual((result.status, result.stdout), (5, b"done\n"))
            self.assertRegex(result.stderr, r"\Aoneoff: plain\+v2 run \w{8}: THIS RUN IS NOT RECORDED: recording: "
                                            r"[^\n]*No space left on device\n\Z")
            started = self.gateway.wait_for_audit("run.started", person="bob")
            self.assertRegex(started["unrecorded"], "No space left on device")
        finally:
            filler.unlink()

    def test_a_run_waits_and_goes_on_when_there_is_room(self):
        terminal = self.run_terminal("plain", "sh")
        terminal.expect(rb"[$#] ")
        filler = fill(self.folder)
        terminal.send("seq 1 3000; echo $((6*7)) is the answer\n")  # more than its last page still takes
        run = self.gateway.wait_for_audit("run.started", pty=True)["run"]
        self.assertRegex(self.gateway.wait_for_audit("recording.paused", run=run)["cause"], "No space left on device")
        self.assertTrue(self.gateway.audit("recording.progress", run=run))
        self.assertNotIn(b"42 is the answer", terminal.output)
        filler.unlink()
        terminal.expect(rb"42 is the answer\r\n")
        terminal.send("exit 3\n")
        self.assertEqual(terminal.wait(), 3)
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        recording = recordings.of(self.gateway, run)
        self.assertIn(b"42 is the answer\r\n", recording.read("ttyout"))
        self.assertEqual(ended["terminal_bytes"], len(recording.read("ttyout")))
        self.assertLessEqual({"paused", "resumed"}, {event["event"] for event in recording.events()})


@unittest.skipUnless(harness.ROOT, "needs a file system of its own to fill")
class RecordingPauseLimit(RecordingDisk):
    settings = {"recordings": {"reserve": "0", "pause_limit": "600ms"}, "term_after": "200ms", "kill_after": "200ms"}
    test_nothing_starts_but_by_the_emergency_rule = None
    test_a_run_waits_and_goes_on_when_there_is_room = None

    def test_a_run_that_waits_too_long_is_ended(self):
        for target in ("terminal", "pipes"):
            with self.subTest(target=target):
                filler = fill(self.folder)
                filler.unlink()
                if target == "terminal":
                    terminal = self.run_terminal("plain", ENDLESS)
                    self.assertEqual(terminal.wait(), 73)
                    said = terminal.output.decode()
                else:
                    self.gateway.app("plain", self.plain.directory, record={"keep": "1G"})
                    process = self.start_ssh("plain", ENDLESS)
                    _, error = process.communicate(timeout=60)
                    self.assertEqual(process.returncode, 73)
                    said = error.decode()
                self.assertRegex(said, r"oneoff: plain\+v2 run \w{8}: ended because its recording cannot be written: "
                                       r"\w+: No space left on device\r?\n\Z")
                ended = self.gateway.wait_for_audit("run.ended", how="cannot_record")
                self.assertEqual(ended["status"], 73)
                harness.wait_until(lambda: not self.commands(), "the command to be gone")
                folder = self.folder / ended["run"]
                subprocess.run(["rm", "-rf", folder], check=True)


@unittest.skipUnless(harness.ROOT, "needs a file system of its own to fill")
class RecordingReserve(harness.GatewayTest):
    settings = {"recordings": {"reserve": "1T"}}

    def test_less_than_the_reserve_is_as_good_as_full(self):
        result = self.ssh("plain", "true")
        self.assertEqual(result.status, 73)
        self.assertRegex(result.stderr, r"cannot be recorded: recordings: \d+ bytes are free, and 549755813888 have to "
                                        r"be \(half of recordings.reserve\); tell the gateway's administrator\n\Z")


if __name__ == "__main__":
    harness.main()
