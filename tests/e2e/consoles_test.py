"""`console` without configuration: the framework's or the language's own, by the release's files."""

import harness

# What a release holds, what the console runs, and what explain gives as the reason.
CONSOLES = {
    "rails": ({"bin/rails": "#!/bin/sh\necho rails \"$@\"\n"}, "bin/rails console", "Rails, by bin/rails"),
    "django": ({"manage.py": "import django\n"}, "python3 manage.py shell", "Django, by manage.py"),
    "laravel": ({"artisan": "", "composer.json": "{}"}, "php artisan tinker", "Laravel, by artisan"),
    "ruby": ({"Rakefile": ""}, "irb", "Ruby, by Rakefile"),
    "python": ({"requirements.txt": ""}, "python3", "Python, by requirements.txt"),
    "perl": ({"cpanfile": ""}, "perl -de 0", "Perl, by cpanfile"),
    "php": ({"composer.json": "{}"}, "php -a", "PHP, by composer.json"),
    "node": ({"package.json": "{}"}, "node", "Node, by package.json"),
    "scripts": ({"scripts/fix.pl": ""}, "perl -de 0", "Perl, by scripts/fix.pl"),
}


class Consoles(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        for name, (files, _, _) in CONSOLES.items():
            for file, text in files.items():
                cls.plain.write(f"releases/{name}/{file}", text, 0o755)
        cls.plain.write("releases/named/Procfile", "console: echo from the Procfile\n")
        cls.plain.write("releases/named/package.json", "{}")
        cls.plain.own()

    def test_each_is_found_by_its_files(self):
        for name, (_, runs, why) in CONSOLES.items():
            with self.subTest(release=name):
                said = self.ssh(f"plain+{name}", "run:explain console").stdout.decode()
                self.assertIn(f"found:      the framework's own console: {why}\n", said)
                self.assertRegex(said, rf"(?m)^runs:       {runs}$")

    def test_further_words_go_to_it(self):
        self.assert_ran(self.ssh("plain+rails", "console --sandbox 'a b'"), "rails console --sandbox a b\n")

    def test_the_procfile_comes_first(self):
        self.assert_ran(self.ssh("plain+named", "console"), "from the Procfile\n")

    def test_it_works_on_a_terminal(self):
        terminal = self.run_terminal("plain+perl", "console")
        terminal.expect(rb"DB<1> ")
        terminal.send("print 6 * 7\n")
        terminal.expect(rb"42\r\n")
        terminal.send("q\n")
        self.assertEqual(terminal.wait(), 0)

    def test_where_nothing_is_found_it_is_no_program(self):
        result = self.ssh("plain", "console")
        self.assertEqual((result.status, result.stdout), (127, b""))
        self.assertTrue(result.stderr.startswith("oneoff: console: no such program in the PATH "), result)


if __name__ == "__main__":
    harness.main()
