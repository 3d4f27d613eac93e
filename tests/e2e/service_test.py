"""ssh oneoff@host: who am I, which apps may I use; ps; and the menu of a bare login without a shell."""

import re

import harness


class Service(harness.GatewayTest):
    def test_it_says_who_one_is_and_what_one_may_use(self):
        result = self.ssh("oneoff", person="bob")
        self.assertEqual((result.status, result.stderr), (0, ""))
        said = result.stdout.decode()
        self.assertRegex(said, r"\bbob\b")
        self.assertRegex(said, r"SHA256:[A-Za-z0-9+/]{43}")
        self.assertRegex(said, r"\bplain\b")

    def test_ps_lists_what_runs(self):
        self.assertEqual(self.ssh("plain", "true").status, 0)
        self.start_ssh("plain", "sleep 300")
        run = self.gateway.wait_for_audit("run.started", command="sleep 300")["run"]
        said = self.ssh("oneoff", "ps").stdout.decode()
        line = next(line for line in said.splitlines() if run in line)
        for word in ("plain", "v2", "alice", "sleep 300"):
            self.assertIn(word, line)
        self.assertNotIn(" true", said)

    def test_ps_shows_nobody_what_they_may_not_use(self):
        self.gateway.app("other", self.plain.directory)
        self.start_ssh("other", "sleep 301")
        run = self.gateway.wait_for_audit("run.started", command="sleep 301")["run"]
        self.assertNotIn(run, self.ssh("oneoff", "ps", person="carol").stdout.decode())
        self.assertIn(run, self.ssh("oneoff", "ps").stdout.decode())

    def test_a_bare_login_without_a_shell_is_a_menu(self):
        result = self.ssh("plain", person="carol")
        self.assertEqual((result.status, result.stdout), (64, b""))
        for allowed in ("hello", "bin/which", "echo *"):
            self.assertIn(allowed, result.stderr)
        self.assertTrue(result.stderr.startswith("oneoff: "), result.stderr)

    def test_a_menu_on_a_terminal_has_whole_lines(self):
        terminal = self.run_terminal("plain", person="carol")
        self.assertEqual(terminal.wait(), 64)
        self.assertIsNone(re.search(rb"[^\r]\n", terminal.output), terminal.output)

    def test_what_it_does_not_know_is_refused(self):
        for words in ("frobnicate", "ps --nonsense", "echo $HOME"):
            with self.subTest(words=words):
                result = self.ssh("oneoff", words)
                self.assertEqual((result.status, result.stdout), (64, b""))
                self.assertTrue(result.stderr.startswith("oneoff: "), result.stderr)


if __name__ == "__main__":
    harness.main()
