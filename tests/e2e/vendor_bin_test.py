"""Tools of the release's own packages: Composer's vendor/bin and Node's node_modules/.bin, by their bare names."""

import shutil
import sqlite3

import apps
import harness
import planted


class VendorBin(planted.Planted):
    @classmethod
    def prepare(cls):
        cls.till = apps.Till(cls.directory / "apps/till")
        cls.press = apps.Press(cls.directory / "apps/press")
        cls.plant("till", TILL_TOKEN=cls.till.variable("TILL_TOKEN"))
        cls.plant("press", PRESS_TOKEN=cls.press.variable("PRESS_TOKEN"))
        cls.gateway.app("till", cls.till.directory)
        cls.gateway.app("press", cls.press.directory)

    @staticmethod
    def query(path, sql):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return [value for value, in database.execute(sql)]

    def assert_not_found(self, result, name, folder):
        """Status 127, and the message names the PATH, which has the release's folder or not."""
        self.assertEqual((result.status, result.stdout), (127, b""))
        self.assertRegex(result.stderr, rf"\Aoneoff: {name}: no such program in the PATH ")
        self.assertNotIn(folder, result.stderr)

    def test_a_tool_of_composers(self):
        amounts = "SELECT cents FROM receipts ORDER BY id"
        self.assertEqual(self.query(self.till.directory / "till.sqlite3", amounts), [250, -99, -1])
        self.assert_ran(self.ssh("till", "repair"), "2 bad receipts\n")
        self.assertEqual(self.query(self.till.directory / "till.sqlite3", amounts), [250, 99, 1])
        self.assert_ran(self.ssh("till", "vendor/bin/repair"), "0 bad receipts\n")
        autoloaded = 'require "vendor/autoload.php"; echo get_class(new Till\\Book(getenv("TILL_DATABASE")));'
        self.assert_ran(self.ssh("till", f"php -r '{autoloaded}'"), "Till\\Book")

    def test_a_tool_of_nodes(self):
        texts = "SELECT text FROM proofs ORDER BY id"
        self.assert_ran(self.ssh("press", "tidy-proofs"), "2 untidy proofs\n")
        self.assertEqual(self.query(self.press.directory / "press.sqlite3", texts), ["clean", "blank", "blanks"])
        self.assert_ran(self.ssh("press", "node_modules/.bin/tidy-proofs"), "0 untidy proofs\n")

    def test_without_their_database_they_say_so_themselves(self):
        self.gateway.app("lost-till", self.till.directory, env={"TILL_DATABASE": "/nonexistent/till"})
        self.assert_ran(self.ssh("lost-till", "repair"), "", status=3,
                        stderr="repair: no till: Unable to open database: unable to open database file\n")
        self.gateway.app("lost-press", self.press.directory, env={"PRESS_DATABASE": "/nonexistent/press"})
        self.assert_ran(self.ssh("lost-press", "tidy-proofs"), "", status=3, stderr="tidy-proofs: no database\n")

    def test_what_is_not_installed_is_not_found(self):
        for name, source, folder, tool in (("bare-till", self.till, "vendor", "repair"),
                                           ("bare-press", self.press, "node_modules", "tidy-proofs")):
            bare = self.directory / "apps" / name
            shutil.copytree(source.directory, bare, symlinks=True, ignore=shutil.ignore_patterns(folder))
            apps.hand_over(bare)
            self.gateway.app(name, bare)
            self.assert_not_found(self.ssh(name, tool), tool, str(bare))


if __name__ == "__main__":
    harness.main()
