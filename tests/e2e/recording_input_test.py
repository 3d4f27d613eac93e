"""What a client sends is kept where a rule asks for it, and never what is typed while the terminal does not echo."""

import hashlib
import hmac

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

    def test_nothing_is_kept_of_the_data_that_others_send_but_its_length(self):
        self.ssh("plain", "sh -c 'cat >/dev/null; exit 9'", stdin=b"some data", person="bob")
        ended = self.gateway.wait_for_audit("run.ended", status=9)
        self.assertNotIn("stdin", recordings.of(self.gateway, ended["run"]).names())
        self.assertEqual(ended["input_bytes"], 9)

    def test_what_is_typed_is_counted(self):
        terminal = self.run_terminal("plain", "sh -c 'read line; exit 14'", person="bob")
        terminal.send("four\n")
        self.assertEqual(terminal.wait(), 14)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", status=14)["input_bytes"], 5)


class RecordingPrograms(harness.GatewayTest):
    app = {"record": {"keep": "1K"}}

    def explained(self, *words, person="alice"):
        said = self.ssh("plain", "run:explain", *words, person=person).stdout.decode()
        return [line.split(":", 1)[1].strip() for line in said.splitlines() if line.startswith("recorded:")]

    def test_a_program_on_stdin_is_kept_and_has_a_digest(self):
        for status, command in ((21, "sh"), (22, "sh -s word"), (23, "/bin/sh -eu"), (24, "env A=1 sh"),
                                (25, "timeout --signal KILL 5 sh"), (26, "sh //dev/stdin"), (27, "flock tmp/l sh"),
                                (28, "sh -c 'eval \"$(cat)\"'")):
            with self.subTest(command=command):
                script = ("echo $((6*7))\n" + "# a remark\n" * 500 + f"exit {status}\n").encode()
                result = self.ssh("plain", command, stdin=script)
                self.assertEqual((result.status, result.stdout), (status, b"42\n"))
                ended = self.gateway.wait_for_audit("run.ended", status=status)
                self.assertEqual(ended["input_bytes"], len(script))
                self.assertEqual(recordings.of(self.gateway, ended["run"]).read("stdin"), script[:1024])
                files = self.gateway.wait_for_audit("recording.ended", run=ended["run"])["files"]
                self.assertIn(f"stdin.passed {len(script)} {hashlib.sha256(script).hexdigest()}", files)
        self.assertEqual(self.gateway.oneoff("audit", "verify").returncode, 0)

    def test_a_makefile_on_stdin_is_kept(self):
        script = b"all:\n\t@echo 42\n"
        result = self.ssh("plain", "make -f -", stdin=script)
        self.assertEqual((result.status, result.stdout), (0, b"42\n"))
        run = self.gateway.wait_for_audit("run.started", command="make -f -")["run"]
        self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual(recordings.of(self.gateway, run).read("stdin"), script)

    def test_explain_says_what_is_kept(self):
        self.assertEqual(self.explained("sh"), ["1K of stdout, of stderr and of stdin, which holds a program"])
        self.assertEqual(self.explained("cat"), ["1K of stdout and of stderr; of stdin its length"])


class RecordingNoPrograms(harness.GatewayTest):
    app = {"record": {"input": False}}

    def test_an_app_may_have_none_of_it(self):
        self.assertEqual(self.ssh("plain", "sh", stdin=b"exit 25\n").status, 25)
        ended = self.gateway.wait_for_audit("run.ended", status=25)
        self.assertNotIn("stdin", recordings.of(self.gateway, ended["run"]).names())
        self.assertEqual(ended["input_bytes"], 8)


class RecordingEveryKey(harness.GatewayTest):
    app = {"record": {"input": "all"}}

    def test_who_is_recorded_so_is_told_before_the_first_key(self):
        terminal = self.run_terminal("plain", ASKS)
        terminal.expect(rb"oneoff: plain\+v2 run \w{8}: EVERY KEY IS RECORDED, also what is not shown, such as passwords\r\n")
        terminal.expect(rb"Password: ")
        terminal.send(PASSWORD + "\n")
        terminal.expect(rb"typed\r\n")
        terminal.send("visible\n")
        self.assertEqual(terminal.wait(), 6)
        self.assertEqual(recordings.last(self.gateway, status=6).read("ttyin"), f"{PASSWORD}\nvisible\n".encode())


class ClientsVariables(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["plain"], "run": ["..."],
                                       "accept_env": ["STEP", "PIN"]}]})

    def test_names_and_keyed_digests_stand_in_the_record(self):
        self.assertEqual(self.ssh("plain", "STEP=2 PIN=1234 sh -c 'exit 31'").status, 31)
        self.assertEqual(self.ssh("plain", "PIN=1234 sh -c 'exit 32'").status, 32)
        runs = [self.gateway.wait_for_audit("run.ended", status=status)["run"] for status in (31, 32)]
        first, second = [self.gateway.wait_for_audit("run.started", run=run)["variables"] for run in runs]
        self.assertEqual([text.split()[0] for text in first], ["PIN", "STEP"])
        self.assertEqual(first[0], second[0])  # the same value
        key = self.gateway.root / "lib/variables_key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        digest = hmac.new(key.read_bytes(), b"1234", "sha256").hexdigest()
        self.assertEqual(first[0], f"PIN {digest}")


if __name__ == "__main__":
    harness.main()
