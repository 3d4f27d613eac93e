"""Without a terminal each stream is recorded apart, up to what is kept; all of it passes, and all of it is counted."""

import hashlib

import harness
import recordings

KEPT = 1 << 20


class RecordingPipes(harness.GatewayTest):
    def test_streams_are_apart_and_in_order(self):
        result = self.ssh("plain", "sh -c 'printf \"a\\000\\377\"; printf b >&2; sleep 0.1; printf c; exit 8'")
        self.assert_ran(result, b"a\x00\xffc", status=8, stderr="b")
        ended = self.gateway.wait_for_audit("run.ended", status=8)
        recording = recordings.of(self.gateway, ended["run"])
        self.assertEqual((recording.read("stdout"), recording.read("stderr")), (b"a\x00\xffc", b"b"))
        self.assertEqual((ended["stdout_bytes"], ended["stderr_bytes"], ended["terminal_bytes"]), (4, 1, 0))
        kinds = [(kind, rest) for kind, _, rest in recording.timing()]
        self.assertEqual(sorted(kinds[:-1]), [(1, "3"), (2, "1")])
        self.assertEqual(kinds[-1], (1, "1"))
        self.assertGreater(recording.timing()[-1][1], 0.05)
        self.assertEqual(recording.names(), ["events.jsonl", "log", "log.json", "stderr", "stdout", "timing"])

    def test_what_is_over_the_bound_passes_and_is_counted(self):
        total = 50_000_000
        result = self.ssh("plain", f"python3 -c 'import os\nfor i in range(50): os.write(1, bytes([i]) * {total // 50})'")
        self.assertEqual((result.status, result.stderr), (0, ""))
        sent = b"".join(bytes([i]) * (total // 50) for i in range(50))
        self.assertEqual(hashlib.sha256(result.stdout).hexdigest(), hashlib.sha256(sent).hexdigest())
        ended = self.gateway.wait_for_audit("run.ended", stdout_bytes=total)
        recording = recordings.of(self.gateway, ended["run"])
        self.assertEqual(recording.read("stdout"), sent[:KEPT])
        self.assertEqual(sum(int(rest) for kind, _, rest in recording.timing() if kind == 1), KEPT)
        self.assertIn({"event": "dropped", "stream": "stdout", "bytes": total - KEPT},
                      [{key: value for key, value in event.items() if key != "ms"} for event in recording.events()])

    def test_nothing_is_skipped_because_of_what_the_command_is_called(self):
        for number, name in enumerate(("scp", "rsync --server", "sftp-server", "git-upload-pack x")):
            self.ssh("plain", f"sh -c 'echo {name}; exit {20 + number}'")
            self.assertEqual(recordings.last(self.gateway, status=20 + number).read("stdout"), f"{name}\n".encode())

    def test_a_silent_reader_holds_the_command_and_one_that_goes_ends_it(self):
        process = self.start_ssh("plain", "yes")
        self.assertEqual(process.stdout.read(4), b"y\ny\n")
        process.kill()  # with data under way: its line may look lost
        run = self.gateway.wait_for_audit("run.started", command="yes")["run"]
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertIn(ended["how"], ("hangup", "lost_line"))
        # No more passed than fits between them: pipes, and what the client was granted.
        self.assertLess(ended["stdout_bytes"], 64 << 20)
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_what_a_client_sends_is_not_recorded_unless_a_rule_asks(self):
        self.assert_ran(self.ssh("plain", "sh -c 'cat >/dev/null; exit 11'", stdin=b"secret"), "", status=11)
        recording = recordings.last(self.gateway, status=11)
        self.assertEqual(recording.names(), ["events.jsonl", "log", "log.json", "stderr", "stdout", "timing"])


if __name__ == "__main__":
    harness.main()
