"""A default .env is read as the recognised framework's loader reads it; where loaders differ, it is said."""

import json

import harness

ENV = "PLAIN_TAG=x\nHASH=$2y$10$abc\nNL=\"a\\nb\"\nESC=C:\\temp\\new\n"
# What marks each app, the dialect, and what its loader makes of ENV.
FRAMEWORKS = {
    "node": ({"package.json": '{"dependencies": {"dotenv": "^16"}}'}, "dotenv-js", "Node, by package.json",
             ("$2y$10$abc", "a\nb", "C:\\temp\\new")),
    "django": ({"manage.py": "import django\n", "package.json": "{}"}, "python-dotenv", "Django, by manage.py",
               ("$2y$10$abc", "a\nb", "C:\\temp\\new")),
    "laravel": ({"artisan": "", "composer.json": '{"require": {"laravel/framework": "*"}}'}, "phpdotenv",
                "Laravel, by artisan", ("$2y$10$abc", "a\nb", "C:\\temp\\new")),
    "symfony": ({"bin/console": "", "composer.json": "{}"}, "phpdotenv", "Symfony, by bin/console",
                ("$2y$10$abc", "a\nb", "C:\\temp\\new")),
    "rails": ({"bin/rails": "", "package.json": "{}"}, "dotenv", "Rails, by bin/rails",
              ("y0", "a\\nb", "C:tempnew")),
}


class Dialect(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        for name, (files, _, _, _) in FRAMEWORKS.items():
            root = cls.directory / "apps" / name
            for file, text in {".env": ENV, **files}.items():
                (root / file).parent.mkdir(parents=True, exist_ok=True)
                (root / file).write_text(text)
            harness.apps.hand_over(root)
            cls.gateway.app(name, root)
        cls.gateway.app("written", cls.directory / "apps/node", dialect="dotenv")
        cls.gateway.app("itself", cls.directory / "apps/node", config=[])

    def value(self, app, name):
        result = self.ssh(app, f"printenv {name}")
        self.assertIn(result.status, (0, 1), result)
        return result.stdout.decode().removesuffix("\n")

    def test_the_framework_says_which(self):
        for app, (_, dialect, _, (_, newline, escape)) in FRAMEWORKS.items():
            with self.subTest(app=app, dialect=dialect):
                self.assertEqual((self.value(app, "NL"), self.value(app, "ESC")), (newline, escape))

    def test_a_hash_keeps_its_dollars_but_to_ruby(self):
        for app in ("node", "django", "laravel", "symfony"):
            self.assertEqual(self.value(app, "HASH"), "$2y$10$abc", app)
        self.assertNotEqual(self.value("rails", "HASH"), "$2y$10$abc")

    def test_explain_names_the_lines_on_which_dialects_differ(self):
        said = self.ssh("node", "run:explain true").stdout.decode()
        file = self.gateway.root / "etc/apps/node.json"
        self.assertIn("warning:    .env:2: HASH: dotenv reads this line otherwise than dotenv-js "
                      f"(Node, by package.json); \"dialect\" in {file} says which is right\n", said)
        self.assertNotIn("$2y", said)

    def test_a_written_dialect_counts_and_is_compared_with_the_frameworks(self):
        self.assertEqual(self.value("written", "ESC"), "C:tempnew")
        said = self.ssh("written", "run:explain true").stdout.decode()
        self.assertRegex(said, r"warning: +\.env:4: ESC: dotenv-js reads this line otherwise than dotenv \(as the app "
                               r"file says, but Node, by package\.json\)")

    def test_config_check_and_doctor_say_it_too(self):
        for words in (("config", "check"), ("doctor", "node")):
            result = self.gateway.oneoff(*words)
            self.assertRegex(result.stdout + result.stderr, r"\.env:2: HASH: dotenv reads this line otherwise", words)

    def test_an_app_that_loads_its_own_is_given_nothing(self):
        self.assertEqual(self.ssh("itself", "printenv HASH").status, 1)

    def test_doctor_names_the_loader(self):
        self.assertIn("package.json names dotenv: the app may load its .env by itself",
                      self.gateway.oneoff("doctor", "node").stdout)

    def test_what_a_dialect_refuses_names_it_and_how_to_choose(self):
        root = self.directory / "apps/refused"
        root.mkdir()
        (root / "composer.json").write_text("{}")
        (root / ".env").write_text("A=1\nB=two words\n")
        harness.apps.hand_over(root)
        file = self.gateway.app("refused", root)
        self.assert_refused(self.ssh("refused", "true"), 78,
                            "oneoff: refused: .env:2: B: more behind the value; phpdotenv wants it in quotes (read as "
                            f"phpdotenv: PHP, by composer.json; \"dialect\" in {file} may say another)\n")

    def test_apps_add_writes_it_down(self):
        root = self.gateway.root
        owner = [] if harness.os.getuid() == 0 else ["--user", harness.apps.user()]
        result = self.gateway.oneoff("apps", "add", str(self.directory / "apps/laravel"), "--name", "added", *owner)
        self.assertEqual(result.returncode, 0, result)
        self.addCleanup((root / "etc/apps/added.json").unlink)
        self.assertIn("  dialect of .env: phpdotenv: Laravel, by artisan\n", result.stdout)
        self.assertIn("  loader: composer.json names laravel/framework: if the app loads its .env by itself, write "
                      "\"config\": []", result.stdout)
        self.assertEqual(json.loads((root / "etc/apps/added.json").read_text())["dialect"], "phpdotenv")
        self.assertNotIn("reads this line otherwise", result.stdout)


if __name__ == "__main__":
    harness.main()
