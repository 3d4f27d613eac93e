"""The one string that ssh sends becomes words by the POSIX shell's quoting, and what needs a shell is refused."""

import harness

SHOW = "python3 -c 'import sys; print(sys.argv[1:])' "

WORDS = {
    "a b": ["a", "b"],
    "  a   b  ": ["a", "b"],
    "'a b'": ["a b"],
    "'a  b' \"c  d\"": ["a  b", "c  d"],
    r"a\ b": ["a b"],
    r"a\\b": ["a\\b"],
    "''": [""],
    "'' x \"\"": ["", "x", ""],
    "'$HOME' '`id`' '*' '&&'": ["$HOME", "`id`", "*", "&&"],
    r"\$HOME \* \;": ["$HOME", "*", ";"],
    '"it\'s"': ["it's"],
    '"a\\"b\\\\c\\d"': ['a"b\\c\\d'],
    "a'b'\"c\"d": ["abcd"],
    "-n --help -- -x": ["-n", "--help", "--", "-x"],
    "db:seed[10]": ["db:seed[10]"],
    "HEAD@{1}": ["HEAD@{1}"],
    "a#b a~b x=y": ["a#b", "a~b", "x=y"],
    "'a\nb'": ["a\nb"],
    "'ünï'": ["ünï"],
}

# What bob, who has no shell, types; the column that the refusal names; what it says of it.
NEEDS_SHELL = {
    "rake x; rake y": (7, "';'"),
    "echo a | wc": (8, "'|'"),
    "echo a && echo b": (8, "'&'"),
    "sleep 1 &": (9, "'&'"),
    "cat < f": (5, "'<'"),
    "echo a > f": (8, "'>'"),
    "echo (a)": (6, "'('"),
    "echo $HOME": (6, "'$'"),
    'echo "a $HOME"': (9, "'$'"),
    "echo `id`": (6, "'`'"),
    'echo "`id`"': (7, "'`'"),
    "ls *.rb": (4, "'*'"),
    "ls a?": (5, "'?'"),
    "ls ~/x": (4, "'~'"),
    "echo #x": (6, "'#'"),
    "echo {a,b}": (6, "'{'"),
    "echo {1..3}": (6, "'{'"),
    "echo a\necho b": (7, "newline"),
    "cd /tmp": (1, "'cd'"),
    "export A=b": (1, "'export'"),
    "source x": (1, "'source'"),
    "if true": (1, "'if'"),
    "! true": (1, "'!'"),
}


class ArgvSplitting(harness.GatewayTest):
    def test_words_are_split_and_nothing_is_expanded(self):
        for typed, words in WORDS.items():
            with self.subTest(typed=typed):
                self.assert_ran(self.ssh("plain", SHOW + typed, person="bob"), f"{words}\n")

    def test_what_needs_a_shell_is_refused_with_its_column(self):
        for typed, (column, what) in NEEDS_SHELL.items():
            with self.subTest(typed=typed):
                result = self.ssh("plain", typed, person="bob")
                self.assertEqual((result.status, result.stdout), (64, b""))
                self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")
                self.assertIn(f"at column {column} needs a shell; ", result.stderr)
                self.assertIn(what, result.stderr)

    def test_the_advice_fits_what_was_typed(self):
        refused = "oneoff: 'cd', a word that only a shell knows, at column 1 needs a shell; "
        result = self.ssh("plain", f"cd {self.plain.directory}/current && rake x", person="bob")
        self.assert_refused(result, 64, f"{refused}you are already in the release: rake x\n")
        here = self.plain.directory.resolve() / "releases/v2"
        self.assert_refused(self.ssh("plain", "cd /tmp && pwd", person="bob"), 64,
                            f"{refused}every command starts in the release's folder, {here}; name files elsewhere by "
                            "their paths\n")
        result = self.ssh("plain", "rails runner User.find(3)", person="bob")
        self.assert_refused(result, 64, "oneoff: an unquoted '(' at column 23 needs a shell; quote it once more: "
                                        "\"rails runner 'User.find(3)'\", or rails runner - < fix.rb\n")

    def test_an_open_quote_is_refused_with_its_column_for_everybody(self):
        for person in ("alice", "bob"):
            for typed, message in (("echo 'a", "the single quote that opens at column 6 is not closed"),
                                   ('echo "a', "the double quote that opens at column 6 is not closed"),
                                   ("echo a\\", "the backslash at column 7 quotes nothing")):
                with self.subTest(person=person, typed=typed):
                    self.assert_refused(self.ssh("plain", typed, person=person), 64, f"oneoff: {message}\n")

    def test_a_refusal_is_on_the_record(self):
        self.ssh("plain", "echo $REFUSED", person="bob")
        denied = self.gateway.wait_for_audit("run.denied", person="bob", command="echo $REFUSED")
        self.assertEqual((denied["status"], denied["app"]), (64, "plain"))

    def test_a_command_that_is_too_long_is_refused(self):
        # The longest that Linux takes as an argument, and sshd as a command.
        longest = "x" * (131071 - len("echo "))
        self.assert_ran(self.ssh("plain", "echo " + longest, person="bob"), longest + "\n")
        record = self.gateway.wait_for_audit("run.started", person="bob")
        self.assertEqual((record["command"], record["argv"]), ("echo " + longest, ["echo", longest]))
        for byte in ("\x01", "\xe9", '"', "\n"):
            with self.subTest(byte=byte):
                text = ": '" + byte * ((131071 - len(": ''; echo done")) // len(byte.encode())) + "'; echo done"
                self.assert_ran(self.ssh("plain", text), "done\n")
        self.assert_recorded_and_listed(longest)
        message = ("the command is longer than 131071 bytes, or too long together with its environment; send its data on "
                   "stdin")
        for words in (("echo " + "x" * 100000, "x" * 40000), ("echo " + "y" * 65536, "y" * 65536)):
            with self.subTest(words=words[0][:10]):
                self.assert_refused(self.ssh("plain", *words, person="bob"), 64, f"oneoff: {message}\n")
        harness.wait_until(lambda: len(self.gateway.audit("run.denied", person="bob", message=message, status=64)) == 2,
                           "all to be on the record")
        self.assertEqual(self.gateway.audit("run.denied", message=message)[0]["command"],
                         "echo " + "x" * 998 + "... (4096 bytes, cut)")

    def assert_recorded_and_listed(self, longest):
        """What reads the record and the recordings takes a command of that length."""
        run = self.gateway.wait_for_audit("run.started", command="echo " + longest)["run"]
        self.gateway.wait_for_audit("recording.ended", run=run)
        for words in (("audit", "verify"), ("audit", "show", "--json"), ("recordings",), ("replay", run)):
            with self.subTest(words=words):
                result = self.gateway.oneoff(*words)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn(longest, self.gateway.oneoff("replay", run).stdout)

    def test_run_words_of_a_later_version_are_refused(self):
        for word in ("run:nowait", "run:reason=x", "run:once=x"):
            with self.subTest(word=word):
                self.assert_refused(self.ssh("plain", word, "true"), 64,
                                    f"oneoff: {word.split('=')[0]} is not acted on by this version\n")
        self.assert_refused(self.ssh("plain", "run:bogus true"), 64,
                            "oneoff: run:bogus: no such word; there are run:detached, run:explain and run:nopty\n")

    def test_newlines_around_one_command_are_no_second_one(self):
        for text in ("echo one\n", "\necho one", "\n \n\techo one \n\n"):
            with self.subTest(text=text):
                self.assert_ran(self.ssh("plain", text, person="bob"), "one\n")


if __name__ == "__main__":
    harness.main()
