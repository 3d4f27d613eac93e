"""A name stands for a command: the app's own, a process of its Procfile; further words are its parameters."""

import harness


class Names(harness.GatewayTest):
    app = {"commands": {"report": {"run": "printf '<%s>'"},
                        "hello": {"run": "echo the app file wins"},
                        "menu": {"run": "tty", "pty": True},
                        "bin/which --terminal=* -...": {"pty": True},
                        "variables": {"run": "echo \"$GREETING\" in \"$ONEOFF_RELEASE\""}}}

    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v1/Procfile", "hello: echo the Procfile\nonly-in-v1: echo yes\n")
        cls.plain.own()

    def test_a_name_of_the_app_file_runs(self):
        self.assert_ran(self.ssh("plain", "variables"), "from shared/.env in v2\n")

    def test_further_words_are_parameters_and_never_spliced(self):
        self.assert_ran(self.ssh("plain", "report 'a b' '$(id)' '; id' ''"), "<a b><$(id)><; id><>")

    def test_the_app_file_wins_over_the_procfile(self):
        self.assert_ran(self.ssh("plain", "hello"), "the app file wins\n")

    def test_a_name_of_the_procfile_runs_in_its_release(self):
        self.assert_ran(self.ssh("plain", "shout a 'b c'"), "a!\nb c!\n")
        self.assert_ran(self.ssh("plain+v1", "only-in-v1"), "yes\n")

    def test_web_is_long_running_and_refused(self):
        result = self.ssh("plain", "web")
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: web[^\n]*long-running[^\n]*\n\Z")

    def test_a_name_that_needs_a_terminal_says_so(self):
        result = self.ssh("plain", "menu")
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*ssh -t plain@\S+ menu[^\n]*\n\Z")
        self.run_terminal("plain", "menu").expect(rb"/dev/pts/\d+\r\n")

    def test_a_pattern_gives_attributes_to_what_is_typed(self):
        self.assertEqual(self.ssh("plain", "bin/which --terminal=yes -v").status, 64)
        self.run_terminal("plain", "bin/which --terminal=yes -v").expect(rb"v2\r\n")
        self.assert_ran(self.ssh("plain", "bin/which -v"), "v2\n")

    def test_a_program_that_is_not_there_is_127_and_names_the_path(self):
        result = self.ssh("plain", "no-such-program --x")
        self.assertEqual((result.status, result.stdout), (127, b""))
        self.assertIn("oneoff: no-such-program: ", result.stderr)
        self.assertIn("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", result.stderr)

    def test_a_file_that_cannot_be_executed_is_126(self):
        result = self.ssh("plain", "./Procfile")
        self.assertEqual((result.status, result.stdout), (126, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: \./Procfile: [^\n]+\n\Z")


class DefaultCommand(harness.GatewayTest):
    app = {"default_command": "hello"}

    def test_a_bare_login_runs_it(self):
        for person in self.people:
            with self.subTest(person=person):
                self.assert_ran(self.ssh("plain", person=person), "hello from shared/.env\n")


if __name__ == "__main__":
    harness.main()
