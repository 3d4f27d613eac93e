"""A window of 70,000 columns: the recording is read by everything that reads recordings."""

import json

import harness
import rawssh


class WindowHuge(harness.GatewayTest):
    def test_its_recording_can_be_read(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "pty-req", "xterm", 70000, 24, 0, 0, b"\0")
            connection.request(channel, "exec", "sh -c 'stty size; read line; stty size; exit 7'")
            connection.output(channel, b"24 65535")
            connection.request(channel, "window-change", 80000, 70000, 0, 0, want_reply=False)
            channel.send(b"go\n")
            connection.until(channel, "close")
        run = self.gateway.wait_for_audit("run.ended", status=7)["run"]
        harness.wait_until(lambda: self.gateway.audit("recording.ended", run=run), "the recording to be whole")
        replayed = self.gateway.oneoff("replay", run, "--no-wait")
        self.assertEqual((replayed.returncode, replayed.stderr), (0, ""))
        self.assertIn("65535 65535", replayed.stdout)
        listed = self.gateway.oneoff("recordings", "--json")
        self.assertEqual((listed.returncode, json.loads(listed.stdout)["run"]), (0, run))
        self.assertEqual(self.gateway.oneoff("replay", run, "--asciicast").returncode, 0)
        verified = self.gateway.oneoff("audit", "verify")
        self.assertEqual(verified.returncode, 0, verified.stdout)


if __name__ == "__main__":
    harness.main()
