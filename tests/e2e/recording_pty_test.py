"""What appears on a terminal is recorded byte for byte, with its times and the window's sizes; nobody else gets in."""

import os
import subprocess
import unittest

import apps
import harness
import recordings


class RecordingPty(harness.GatewayTest):
    def test_every_byte_of_the_output_and_every_size(self):
        terminal = self.run_terminal("plain", "sh")
        terminal.expect(rb"as alice\r\n")
        terminal.expect(rb"[$#] ")
        terminal.send("stty -echo; printf '\\377\\000\\033[1m'; echo here\n")
        terminal.expect(rb"here\r\n")
        terminal.resize(50, 132)
        terminal.send("while [ \"$(stty size)\" != '50 132' ]; do :; done; echo sized\n")
        terminal.expect(rb"sized\r\n")
        terminal.send("exit 9\n")
        self.assertEqual(terminal.wait(), 9)
        ended = self.gateway.wait_for_audit("run.ended", status=9)
        recording = recordings.of(self.gateway, ended["run"])
        shown = recording.read("ttyout")
        # The line that names the run is the gateway's own.
        self.assertEqual(terminal.output.split(b"as alice\r\n", 1)[1], shown)
        self.assertIn(b"\xff\x00\x1b[1mhere\r\n", shown)
        self.assertEqual(ended["terminal_bytes"], len(shown))
        self.assertEqual(sum(int(rest) for kind, _, rest in recording.timing() if kind == 4), len(shown))
        self.assertEqual([rest for kind, _, rest in recording.timing() if kind == 5], ["50 132"])
        self.assertEqual(recording.names(), ["events.jsonl", "log", "log.json", "timing", "ttyout"])
        start, *_, end = recording.events()
        self.assertEqual((start["event"], start["person"], start["app"], start["command"], start["terminal"]),
                         ("start", "alice", "plain", "sh", True))
        self.assertEqual(end["event"], "end")

    def test_a_client_that_goes_is_told_of_and_what_follows_is_kept(self):
        terminal = self.run_terminal("plain", "sh -c 'trap \"sleep 0.2; echo after; exit\" HUP; echo up; sleep 60 & wait'")
        terminal.expect(rb"up\r\n")
        terminal.close_window()
        recording = recordings.last(self.gateway, how="hangup")
        self.assertEqual(recording.read("ttyout"), b"up\r\nafter\r\n")
        self.assertIn(("gone", "left"), [(event["event"], event.get("how")) for event in recording.events()])

    @unittest.skipUnless(harness.ROOT, "in development mode everything shares one user")
    def test_the_apps_user_can_neither_read_change_nor_remove_it(self):
        self.ssh("plain", "echo secret")
        recording = recordings.last(self.gateway, app="plain", status=0)
        attempts = [["cat", recording.folder / "timing"], ["ls", recording.folder],
                    ["sh", "-c", f"echo x >> {recording.folder}/timing"], ["rm", "-rf", recording.folder],
                    ["mv", recording.folder.parent, f"{recording.folder.parent}.away"]]
        for attempt in attempts:
            result = subprocess.run(["runuser", "-u", apps.user(), "--", *map(str, attempt)], capture_output=True,
                                    text=True, timeout=60)
            self.assertNotEqual(result.returncode, 0, attempt)
        self.assertIn("timing", os.listdir(recording.folder))


if __name__ == "__main__":
    harness.main()
