"""Where a rule grants a shell, a string that needs one goes whole to it; elsewhere it is refused."""

import harness


class ShellGranted(harness.GatewayTest):
    def test_pipes_variables_and_lists_work(self):
        for typed, stdout in (("echo a b | wc -w", "2\n"), ("echo $GREETING", "from shared/.env\n"),
                              ("false || echo else", "else\n"), ("cd /tmp && pwd", "/tmp\n"),
                              ("echo one; echo two", "one\ntwo\n"), ("for i in 1 2; do echo $i; done", "1\n2\n")):
            with self.subTest(typed=typed):
                self.assert_ran(self.ssh("plain", typed), stdout)

    def test_the_status_is_the_shells(self):
        self.assert_ran(self.ssh("plain", "true; exit 9"), "", status=9)

    def test_a_bare_login_is_a_shell_in_the_release(self):
        result = self.ssh("plain", stdin=b"pwd -P; echo $ONEOFF_RELEASE; exit 3\n")
        self.assert_ran(result, f"{(self.plain.directory / 'releases/v2').resolve()}\nv2\n", status=3)

    def test_a_bare_login_on_a_terminal_is_an_interactive_shell(self):
        terminal = self.run_terminal("plain")
        terminal.expect(rb"[$#] ")
        terminal.send("echo $((40+2)) $ONEOFF_APP\n")
        terminal.expect(rb"\n42 plain\r\n")
        terminal.send("exit 4\n")
        self.assertEqual(terminal.wait(), 4)

    def test_without_the_grant_the_same_is_refused(self):
        result = self.ssh("plain", "echo a | wc", person="bob")
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertIn("oneoff: an unquoted '|' at column 8 needs a shell; ", result.stderr)

    def test_the_record_holds_the_string_as_it_was_typed(self):
        typed = "echo  'two  blanks' | cat"
        self.ssh("plain", typed)
        started = self.gateway.wait_for_audit("run.started", command=typed)
        self.assertEqual(started["argv"], ["/bin/sh", "-c", typed])


if __name__ == "__main__":
    harness.main()
