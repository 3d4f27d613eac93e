"""Django in a virtualenv: migrations there and back, fixtures from stdin, its shell; and how it fails."""

import json
import re
import shutil
import sqlite3

import apps
import harness
import planted

MIGRATE = "manage.py migrate --no-color"


class Django(planted.Planted):
    @classmethod
    def prepare(cls):
        cls.library = apps.Library(cls.directory / "apps/library")
        cls.database = cls.library.directory / "shared/db/library.sqlite3"
        cls.plant("library", DJANGO_SECRET_KEY=cls.library.variable("DJANGO_SECRET_KEY"))
        cls.gateway.app("library", cls.library.directory)

    def query(self, sql):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            return database.execute(sql).fetchall()

    def migrations(self):
        return [name for name, in self.query("SELECT name FROM django_migrations ORDER BY id")]

    def test_it_works(self):
        """One test: each step needs the one before."""
        result = self.ssh("library+v1", MIGRATE)
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"Applying books.0001_initial... OK\n", result.stdout)

        failing = self.ssh("library", f"BREAK_MIGRATION=1 {MIGRATE}")
        self.assertEqual(failing.status, 1)
        self.assertIn("RuntimeError: this migration was asked to fail", failing.stderr)
        self.assertNotIn("oneoff:", failing.stderr)
        self.assertEqual(self.migrations(), ["0001_initial"])

        result = self.ssh("library", MIGRATE)
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertEqual(self.migrations(), ["0001_initial", "0002_book_year"])

        books = [{"model": "books.book", "pk": 1, "fields": {"title": "Zoë's", "year": 1922}}]
        loaded = self.ssh("library", "manage.py loaddata --format=json -", stdin=json.dumps(books).encode())
        self.assert_ran(loaded, "Installed 1 object(s) from 1 fixture(s)\n")
        self.assertEqual(self.query("SELECT title, year FROM books_book"), [("Zoë's", 1922)])

        # where IPython is installed, Django would take it
        self.shell("manage.py shell -i python")
        self.shell("console -i python")

        result = self.ssh("library", "manage.py migrate --no-color books 0001")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertEqual(self.migrations(), ["0001_initial"])

    def shell(self, command):
        terminal = self.run_terminal("library", command, columns=200)
        terminal.expect(rb">>> ")
        terminal.send("import sys; from books.models import Book; print(Book.objects.get().title, sys.executable)\r")
        python = self.library.directory.resolve() / "releases/v2/venv/bin/python"
        terminal.expect(re.escape(f"\nZoë's {python}\r\n".encode()))
        terminal.expect(rb">>> ")
        terminal.send("\x04")
        self.assertEqual(terminal.wait(), 0)

    def test_it_runs_with_the_releases_own_python(self):
        for target, release in (("library", "v2"), ("library+v1", "v1")):
            folder = self.library.directory.resolve() / "releases" / release
            script = 'import os, sys; print(sys.prefix, os.environ["VIRTUAL_ENV"])'
            for python in ("python", "python3"):
                result = self.ssh(target, f"{python} -c '{script}'")
                self.assert_ran(result, f"{folder}/venv {folder}/venv\n")
        ran = self.ssh("library", "manage.py check").status
        self.assertEqual(ran, 0)
        started = self.gateway.wait_for_audit("run.started", command="manage.py check")
        python = self.library.directory.resolve() / "releases/v2/venv/bin/python"
        self.assertEqual(started["argv"], [str(python), "manage.py", "check"])

    def test_a_fixture_from_stdin_needs_its_format(self):
        """As in Django itself: `loaddata -` alone is refused by it, in its own words."""
        self.assert_ran(self.ssh("library", "manage.py loaddata -", stdin=b"[]"), "", status=1,
                        stderr="CommandError: --format must be specified when reading from stdin.\n")

    def test_a_virtualenv_that_is_missing_or_broken_is_said_so(self):
        bare, broken = self.library.new_release("v3-bare"), self.library.new_release("v4-broken")
        shutil.rmtree(bare / "venv")
        for name in ("python", "python3"):
            (broken / "venv/bin" / name).unlink()
        self.library.own()

        missing = self.ssh("library+v3-bare", MIGRATE)
        self.assertEqual((missing.status, missing.stdout), (127, b""))
        self.assertRegex(missing.stderr, r"\Aoneoff: manage\.py: [^\n]+\n\Z")
        self.gateway.app("demanding", self.library.directory, isolation="virtualenv")
        missing = self.ssh("demanding+v3-bare", MIGRATE)
        self.assertEqual((missing.status, missing.stdout), (69, b""))
        self.assertRegex(missing.stderr, r"\Aoneoff: demanding: \S+/releases/v3-bare has no virtualenv[^\n]+\n\Z")

        self.assert_refused(self.ssh("library+v4-broken", MIGRATE), 69,
                            f"oneoff: manage.py belongs to a virtualenv that is broken: the virtualenv {broken}/venv, made "
                            "with the Python in /usr/bin, has no bin/python that can be run; make it again\n")

    def test_a_database_that_cannot_be_opened_is_djangos_own_message(self):
        self.gateway.app("nowhere", self.library.directory, env={"LIBRARY_DATABASE": "/nonexistent/library.sqlite3"})
        result = self.ssh("nowhere", MIGRATE)
        self.assertEqual((result.status, result.stdout), (1, b""))
        self.assertIn("OperationalError: unable to open database file", result.stderr)
        self.assertNotIn("oneoff:", result.stderr)


if __name__ == "__main__":
    harness.main()
