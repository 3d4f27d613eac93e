"""The command's environment is the release's, clean, with what the rule accepts from the client."""

import harness


class Environment(harness.GatewayTest):
    def environment(self, *words, target="plain", **options):
        result = self.ssh(target, *words, "env -0", **options)
        self.assertEqual((result.status, result.stderr), (0, ""))
        return dict(pair.split("=", 1) for pair in result.stdout.decode().split("\0")[:-1])

    def test_it_is_exactly_this(self):
        seen = self.environment()
        home = seen.pop("HOME")
        self.assertTrue(home.startswith("/"), home)
        self.assertRegex(seen.pop("ONEOFF_RUN"), r"\A[a-z2-7]{8}\Z")
        seen.pop("TZ", None)
        user = harness.apps.user()
        self.assertEqual(seen, {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "USER": user, "LOGNAME": user, "SHELL": seen["SHELL"], "LANG": "C.UTF-8",
            "PLAIN_TAG": str(self.directory), "GREETING": "from shared/.env", "SECRET": "s3cr3t-value",
            "ONEOFF_APP": "plain", "ONEOFF_RELEASE": "v2", "ONEOFF_PERSON": "alice"})

    def test_what_the_rule_accepts_comes_from_the_client(self):
        seen = self.environment(options=("-o", "SendEnv=VERBOSE OTHER"), env={"VERBOSE": "a b$c", "OTHER": "no"})
        self.assertEqual((seen.get("VERBOSE"), seen.get("OTHER")), ("a b$c", None))

    def test_a_rule_that_accepts_nothing_gets_nothing(self):
        seen = self.environment(person="bob", options=("-o", "SendEnv=VERBOSE"), env={"VERBOSE": "yes"})
        self.assertNotIn("VERBOSE", seen)

    def test_dangerous_names_never_come_from_a_client(self):
        names = ("LD_PRELOAD", "PATH", "HOME", "IFS", "ENV", "BASH_ENV", "RUBYOPT", "PYTHONPATH", "PERL5OPT",
                 "NODE_OPTIONS", "BUNDLE_GEMFILE", "GEM_HOME", "GIT_SSH", "PAGER", "EDITOR", "TERMINFO", "SECRET")
        options = tuple(option for name in names for option in ("-o", f"SetEnv={name}=from-the-client"))
        self.assertNotIn("from-the-client", self.environment(options=options).values())

    def test_a_terminal_has_its_type_and_no_path_for_one(self):
        for term, seen in (("xterm-256color", b"xterm-256color"), ("../../tmp/evil", b"unset"), ("", b"unset")):
            with self.subTest(term=term):
                terminal = self.run_terminal("plain", "sh -c 'echo [${TERM-unset}]'", env={"TERM": term})
                terminal.expect(rb"\[" + seen + rb"\]")

    def test_leading_assignments_count_where_the_rule_accepts_them(self):
        self.assertEqual(self.environment("VERBOSE=1")["VERBOSE"], "1")
        result = self.ssh("plain", "OTHER=1 env")
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*OTHER[^\n]*\n\Z")

    def test_the_directory_and_the_rest_are_the_releases(self):
        result = self.ssh("plain", "sh -c 'pwd -P; umask; id -un; ulimit -c'")
        here = self.plain.directory.resolve() / "releases/v2"
        self.assertEqual(result.stdout.decode().split("\n")[0], str(here))
        self.assertEqual(result.stdout.decode().split("\n")[2], harness.apps.user())

    def test_no_descriptor_but_the_three_is_inherited(self):
        result = self.ssh("plain", "sh -c 'ls /proc/$$/fd; true'")
        self.assert_ran(result, "0\n1\n2\n")


if __name__ == "__main__":
    harness.main()
