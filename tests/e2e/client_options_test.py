"""What people put on ssh's command line, and type into it, does what it does elsewhere."""

import subprocess

import harness
from clients.conformance import body


class ClientOptions(harness.GatewayTest):
    def test_n_gives_the_command_an_empty_input(self):
        self.assert_ran(self.ssh("plain", "sh -c 'wc -c; echo after'", options=("-n",), stdin=b"unread"), "0\nafter\n")

    def test_capital_t_is_no_terminal(self):
        self.assert_ran(self.ssh("plain", "sh -c 'test -t 0 || echo none'", options=("-T",)), "none\n")

    def test_tt_is_a_terminal_though_the_client_has_none(self):
        result = self.ssh("plain", "sh -c 'tty; stty size; exit 4'", options=("-tt",))
        self.assertEqual(result.status, 4)
        self.assertRegex(result.stdout, rb"\Aoneoff: plain[^\n]*\r\n/dev/pts/\d+\r\n0 0\r\n\Z")

    def test_a_terminal_that_was_not_asked_for_twice_is_not_there_without_one(self):
        result = self.ssh("plain", "sh -c 'test -t 0 || echo none'", options=("-t",))
        self.assertEqual((result.status, result.stdout), (0, b"none\n"))

    def test_f_goes_to_the_background_once_it_is_let_in(self):
        done = self.plain.directory / "releases/v2/tmp/in-the-background"
        process = self.start_ssh("plain", f"sh -c 'sleep 0.3; touch {done}; exit 3'", options=("-f",),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertEqual(process.wait(20), 0)
        ended = self.gateway.wait_for_audit("run.ended", status=3)
        self.assertEqual((ended["how"], done.exists()), ("exited", True))

    def test_the_escapes_of_the_client_work(self):
        terminal = self.run_terminal("plain", "sh -c 'echo ready; cat'", options=("-o", "EnableEscapeCommandline=yes"))
        terminal.expect(rb"ready\r\n")
        terminal.send("\r~#")  # what is open here
        terminal.expect(rb"client-session")
        terminal.send("\r~B")  # a break: refused, and nothing happens
        terminal.send("\r~C")
        terminal.expect(rb"ssh> ")
        terminal.send("-R 0:127.0.0.1:22\r")
        terminal.send("still\r")  # that it was refused, ssh does not say; the session goes on
        terminal.expect(rb"still\r\n.*still\r\n")
        terminal.send("\r~.")
        self.assertEqual(terminal.wait(), 255)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", how="hangup")["status"], 129)

    def test_keys_are_agreed_anew_as_often_as_the_client_likes(self):
        sent = body(1, (4 if harness.SANITIZED else 20) << 20)
        result = self.ssh("plain", "cat", stdin=sent, options=("-o", "RekeyLimit=1M", "-v", "-o", "LogLevel=DEBUG1"))
        self.assertEqual((result.status, len(result.stdout), result.stdout == sent), (0, len(sent), True))
        self.assertGreater(result.stderr.count("SSH2_MSG_NEWKEYS received"), 3 if harness.SANITIZED else 10)

    def test_batch_mode_without_a_key_ends_at_once(self):
        result = self.ssh("plain", "true", options=("-o", "PubkeyAuthentication=no", "-o", "BatchMode=yes"))
        self.assertEqual((result.status, result.stdout), (255, b""))
        self.assertIn("Permission denied (publickey).", result.stderr)


if __name__ == "__main__":
    harness.main()
