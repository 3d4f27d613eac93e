"""A run that fills the disk with its recording is warned and ended; the runs of others go on."""

import json
import subprocess
import unittest

import harness
import recordings

ENDLESS = "sh -c 'while :; do echo a line of some length, again and again; done'"
QUICK = {"term_after": "200ms", "kill_after": "200ms"}


class RecordingBound(harness.GatewayTest):
    settings = {"recordings": {"reserve": "0", "per_run": "1M"}, **QUICK}

    def test_a_terminal_that_prints_for_ever_is_warned_and_ended(self):
        terminal = self.run_terminal("plain", "sh -c 'trap \"\" HUP; head -c 800000 /dev/zero | tr \"\\0\" x; read line; exec yes'")
        terminal.expect(rb"\r\noneoff: plain\+v2 run \w{8}: its recording has reached three quarters of its bound of "
                        rb"1 MiB\r\n")
        warned = self.gateway.wait_for_audit("recording.warned")
        self.assertEqual((warned["person"], warned["cause"]), ("alice", "three quarters of 1048576 bytes are written"))
        terminal.send("on\n")
        self.assertEqual(terminal.wait(), 73)
        self.assertRegex(terminal.output.decode(),
                         r"oneoff: plain\+v2 run \w{8}: ended because its recording has reached its bound of 1 MiB "
                         r"\(recordings.per_run\); without a terminal \(ssh -T\) only the first bytes of its output "
                         r"are kept\r?\n\Z")
        ended = self.gateway.wait_for_audit("run.ended", how="limit")
        self.assertEqual((ended["status"], ended["limit"]), (73, "recording"))
        self.assertEqual(warned["run"], ended["run"])
        recording = recordings.of(self.gateway, ended["run"])
        self.assertLessEqual({"nearly_full", "full", "dropped"}, {event["event"] for event in recording.events()})
        self.assertLess(len(recording.read("ttyout")), 2 << 20)
        self.assertGreater(ended["terminal_bytes"], len(recording.read("ttyout")))
        harness.wait_until(lambda: not self.commands(), "the command to be gone")
        self.assertIn("three quarters of 1048576", self.gateway.stderr())

    def test_a_large_download_without_a_terminal_is_not_ended(self):
        result = self.ssh("plain", "head -c 50000000 /dev/zero")
        self.assertEqual((result.status, len(result.stdout), result.stderr), (0, 50_000_000, ""))


class RecordingBoundUnrecorded(harness.GatewayTest):
    settings = {"recordings": {"reserve": "0", "per_run": "1M"}, **QUICK}

    @classmethod
    def prepare(cls):
        policy = json.loads((cls.gateway.root / "etc/policy.json").read_text())
        policy["rules"].insert(0, {"name": "emergency", "who": ["bob"], "apps": ["plain"], "run": ["..."],
                                   "unrecorded": "allowed"})
        cls.gateway.policy(policy)

    def test_where_a_rule_allows_it_the_run_goes_on_with_a_marked_gap(self):
        terminal = self.run_terminal("plain", "sh -c 'yes | head -c 3000000; sleep 1; echo the end; exit 4'", person="bob")
        terminal.expect(rb"FROM HERE ON THIS RUN IS NOT RECORDED: its recording has reached its bound of 1 MiB")
        terminal.expect(rb"the end\r\n")
        self.assertEqual(terminal.wait(), 4)
        ended = self.gateway.wait_for_audit("run.ended", status=4)
        recording = recordings.of(self.gateway, ended["run"])
        self.assertNotIn(b"the end", recording.read("ttyout"))
        dropped = [event for event in recording.events() if event["event"] == "dropped"]
        self.assertEqual(dropped[0]["bytes"], ended["terminal_bytes"] - len(recording.read("ttyout")))
        self.assertEqual(self.gateway.oneoff("audit", "verify").returncode, 0)


@unittest.skipUnless(harness.ROOT, "needs a file system of its own to fill")
class NoisyTerminal(harness.GatewayTest):
    settings = {"recordings": {"reserve": "4M", "pause_limit": "3s", "per_run": "1G"}, **QUICK}

    @classmethod
    def prepare(cls):
        folder = cls.gateway.root / "lib/recordings"
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", folder], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", "-l", folder], check=False)

    def test_it_is_ended_and_the_others_are_not(self):
        quiet = self.run_terminal("plain", "cat", person="bob")
        quiet.send("before\n")
        quiet.expect(rb"before\r\nbefore\r\n")
        noisy = self.run_terminal("plain", ENDLESS)
        noisy.expect(rb"oneoff: plain\+v2 run \w{8}: paused: its recording cannot be written: less than \d+ bytes are "
                     rb"free; without room it is ended in 3 s\r\n")
        quiet.send("meanwhile\n")
        quiet.expect(rb"meanwhile\r\nmeanwhile\r\n")
        self.assert_ran(self.ssh("plain", "echo starts", person="bob"), "starts\n")
        self.assertEqual(noisy.wait(), 73)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", how="cannot_record")["person"], "alice")
        quiet.send("after\n")
        quiet.expect(rb"after\r\nafter\r\n")
        quiet.send(b"\x04")
        self.assertEqual(quiet.wait(), 0)


if __name__ == "__main__":
    harness.main()
