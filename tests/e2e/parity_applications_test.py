"""The parity of thin and Tornado: equal as started, and each kind of difference is named, no value ever."""

import os
import shutil

import apps
import harness
import planted
import web

NOTE = "planted-note"  # part of the values that the variable LIBRARY_NOTE has


class ParityOfApplications(planted.Planted):
    """thin and Tornado run throughout; the tests change what a one-off would get, and change it back."""

    @classmethod
    def prepare(cls):
        cls.shop = apps.Shop(cls.directory / "apps/shop", "--with", "thin")
        cls.library = apps.Library(cls.directory / "apps/library")
        cls.keys = {}
        for app in (cls.shop, cls.library):
            port = web.free_port()
            cls.keys[app.name] = {"env": {"PORT": str(port)}}
            cls.configure(app)
        cls.env = cls.library.directory / "shared/.env"
        cls.env.write_text(cls.env.read_text() + f"LIBRARY_NOTE={NOTE}-1\n")
        cls.plant("shop", SECRET_KEY_BASE=cls.shop.variable("SECRET_KEY_BASE"))
        cls.plant("library", DJANGO_SECRET_KEY=cls.library.variable("DJANGO_SECRET_KEY"), LIBRARY_NOTE=NOTE)

    @classmethod
    def configure(cls, app, **changed):
        cls.gateway.app(app.name, app.directory, **{**cls.keys[app.name], **changed})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pids = {}
        cls.ssh("library", "manage.py migrate")
        for app in (cls.shop, cls.library):
            process = web.Web(cls.gateway, app.name, cls.keys[app.name]["env"]["PORT"])
            cls.addClassCleanup(process.stop)
            cls.pids[app.name] = process.pid

    def parity(self, app, *options):
        result = self.oneoff("parity", *options, app)
        self.assertEqual(result.stderr, "")
        return result.returncode, result.stdout

    def assert_same(self, app, release="v2"):
        status, said = self.parity(app)
        self.assertEqual((status, said), (0, f"{app}+{release} web (pid {self.pids[app]}, trusted): the same\n"))

    def assert_different(self, app, *differences, of=None):
        """parity says exactly these lines, each a regular expression, and so does a run."""
        status, said = self.parity(of or app)
        head, *lines = said.splitlines()
        self.assertEqual((status, head), (1, f"{app}+v2 web (pid {self.pids[app]}, trusted): a one-off's "
                                             "environment differs:"))
        self.assertEqual(len(lines), len(differences), said)
        for line, expected in zip(lines, differences):
            self.assertRegex(line, rf"\A  {expected}\Z")

    def restore_app(self, app):
        self.addCleanup(self.configure, app)

    def test_both_are_the_same_as_they_were_started(self):
        for app in ("shop", "library"):
            self.assert_same(app)
            status, said = self.parity(app, "--json")
            self.assertEqual(status, 0)
            self.assertIn('"differences": []', said)

    def test_a_variable_that_has_changed_since(self):
        text = self.env.read_text()
        self.addCleanup(self.env.write_text, text)
        self.env.write_text(text.replace(f"{NOTE}-1", f"{NOTE}-2") + "LIBRARY_NEW=1\n")
        self.assert_different("library", "variable LIBRARY_NOTE: has another value",
                              "variable LIBRARY_NEW: only a one-off gets it")
        self.assertEqual(self.ssh("library", "echo a difference").status, 0)
        started = self.gateway.wait_for_audit("run.started", command="echo a difference")
        self.assertEqual(started["parity"], "different: LIBRARY_NOTE, LIBRARY_NEW")
        self.assertIn(b"different: LIBRARY_NOTE, LIBRARY_NEW", self.ssh("library", "run:explain true").stdout)
        terminal = self.run_terminal("library", "true")
        terminal.expect(rb"oneoff: library\+v2 \([0-9a-f]{7}\) run [a-z2-7]{8} as alice; web differs: LIBRARY_NOTE, "
                        rb"LIBRARY_NEW\r\n")

    def test_another_release(self):
        self.assert_different("library", "release: the process has v2, a one-off gets v1", of="library+v1")
        current = self.library.directory / "current"
        current.unlink()
        current.symlink_to("releases/v1")
        self.addCleanup(current.symlink_to, "releases/v2")
        self.addCleanup(current.unlink)
        self.assert_different("library", "release: the process has v2, a one-off gets v1")

    def test_another_ruby(self):
        ruby = self.directory / "ruby/bin/ruby"
        ruby.parent.mkdir(parents=True)
        shutil.copy(os.path.realpath("/usr/bin/ruby"), ruby)
        self.restore_app(self.shop)
        self.configure(self.shop, path=[str(ruby.parent)])
        self.assertEqual(self.ssh("shop", "ruby -e 'puts 6*7'").stdout, b"42\n")
        self.assert_different(
            "shop", rf"interpreter ruby: the process has /usr/bin/ruby -> \S+, a one-off gets {ruby}",
            "variable PATH: has another value")

    @harness.unittest.skipUnless(harness.ROOT, "needs root")
    def test_another_user(self):
        self.restore_app(self.library)
        self.configure(self.library, user="root")
        status, said = self.parity("library")
        self.assertEqual(status, 1)
        for difference in (r"user: the process has \d+, a one-off gets 0",
                           r"group: the process has \d+, a one-off gets 0",
                           "variable HOME: has another value", "variable USER: has another value"):
            self.assertRegex(said, rf"(?m)^  {difference}$")

    def test_other_limits(self):
        self.restore_app(self.library)
        self.configure(self.library, limits={"open_files": 1000}, umask="0077")
        self.assert_different("library", r"umask: the process has 0\d{3}, a one-off gets 0077",
                              r"limit open files: the process has \d+:\d+, a one-off gets 1000:1000")

    def test_no_process_of_that_name(self):
        result = self.oneoff("parity", "library", "worker")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, r"\Aoneoff: library: no running process worker [^\n]+\n\Z")


if __name__ == "__main__":
    harness.main()
