"""What a client sends is kept where a rule asks for it, and never what is typed while the terminal does not echo."""

import harness
import recordings

PASSWORD = "correct horse battery"
ASKS = "sh -c 'stty -echo; printf \"Password: \"; read secret; stty echo; echo; echo typed; read line; exit 6'"


class RecordingInput(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.gateway.policy({"rules": [
            {"name": "input is kept", "who": ["alice"], "apps": ["plain"], "run": ["..."], "shell": True,
             "record": {"input": True, "keep": "16"}},
            {"name": "others", "who": ["*"], "apps": ["plain"], "run": ["..."], "shell": True}]})

    def test_a_password_typed_without_echo_is_nowhere(self):
        terminal = self.run_terminal("plain", ASKS)
        terminal.expect(rb"Password: ")
        terminal.send(PASSWORD + "\n")
        terminal.expect(rb"typed\r\n")
        terminal.send("visible\n")
        self.assertEqual(terminal.wait(), 6)
        ended = self.gateway.wait_for_audit("run.ended", status=6)
        recording = recordings.of(self.gateway, ended["run"])
        self.assertEqual(recording.read("ttyin"), b"visible\n")
        self.assertIn(b"visible\r\n", recording.read("ttyout"))
        self.assertEqual(ended["input_bytes"], len(PASSWORD) + 1 + len("visible\n"))
        for folder in ("lib", "log", "run"):
            for path in (self.gateway.root / folder).rglob("*"):
                if path.is_file():
                    self.assertNotIn(PASSWORD.encode(), path.read_bytes(), path)
        for name in recording.names():
            self.assertNotIn(PASSWORD.encode(), recording.read(name), name)
        self.assertNotIn(PASSWORD, self.gateway.stderr())

    def test_what_comes_through_a_pipe_is_kept_as_far_as_asked_and_arrives_whole(self):
        sent = bytes(range(256)) * 4000
        result = self.ssh("plain", "sh -c 'cat; exit 7'", stdin=sent)
        self.assertEqual((result.status, result.stdout == sent), (7, True))
        ended = self.gateway.wait_for_audit("run.ended", status=7)
        recording = recordings.of(self.gateway, ended["run"])
        self.assertEqual((recording.read("stdin"), recording.read("stdout")), (sent[:16], sent[:16]))
        self.assertEqual((ended["input_bytes"], ended["stdout_bytes"]), (len(sent), len(sent)))

    def test_a_command_that_stops_reading_does_not_hold_its_client(self):
        result = self.ssh("plain", "sh -c 'read line; exit 8'", stdin=b"line\n" + b"x" * 5_000_000)
        self.assertEqual(result.status, 8)

    def test_a_lost_client_is_no_end_of_input(self):
        marker = self.plain.directory / "releases/v2/tmp/ended"
        process = self.start_ssh("plain", f"sh -c 'echo up; cat >/dev/null; touch {marker}'")
        self.assertEqual(process.stdout.readline(), b"up\n")
        process.stdin.write(b"half")
        process.stdin.flush()
        process.kill()
        run = self.gateway.wait_for_audit("run.started", person="alice")["run"]
        # A kernel that has unread bytes for a client that is killed resets the connection.
        self.assertIn(self.gateway.wait_for_audit("run.ended", run=run)["how"], ("hangup", "lost_line"))
        self.assertFalse(marker.exists())

    def test_nothing_is_kept_of_what_others_send(self):
        self.ssh("plain", "sh -c 'cat >/dev/null; exit 9'", stdin=b"x", person="bob")
        self.assertNotIn("stdin", recordings.last(self.gateway, status=9).names())


if __name__ == "__main__":
    harness.main()
