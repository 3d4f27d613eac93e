"""`oneoff exec web` becomes thin and Tornado: the same pid, and what one-offs of the release get."""

import os

import apps
import harness
import planted
import processes
import web


class WebProcess(planted.Planted):
    @classmethod
    def prepare(cls):
        cls.rails = apps.Shop(cls.directory / "apps/shop", "--with", "thin")
        cls.library = apps.Library(cls.directory / "apps/library")
        cls.ports = {"shop": web.free_port(), "library": web.free_port()}
        for app in (cls.rails, cls.library):
            cls.gateway.app(app.name, app.directory, env={"PORT": str(cls.ports[app.name])})
        cls.plant("shop", SECRET_KEY_BASE=cls.rails.variable("SECRET_KEY_BASE"))
        cls.plant("library", DJANGO_SECRET_KEY=cls.library.variable("DJANGO_SECRET_KEY"))

    def start(self, app):
        process = web.Web(self.gateway, app, self.ports[app])
        self.addCleanup(process.stop)
        return process

    def assert_as_a_one_off(self, app, pid):
        """The process `pid` has the user, the directory and the variables of a one-off of the app."""
        told = self.ssh(app, "sh -c 'id -u; pwd -P; umask; tr \"\\0\" \"\\n\" < /proc/self/environ | sed s/=.*//'")
        uid, directory, umask, *names = told.stdout.decode().split()
        status = processes.read(pid, "status").decode()
        self.assertRegex(status, rf"(?m)^Uid:\t{uid}\t{uid}\t{uid}\t{uid}$")
        self.assertRegex(status, rf"(?m)^Umask:\t{umask}$")
        self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), directory)
        has = {name.split(b"=")[0].decode() for name in processes.read(pid, "environ").split(b"\0") if name}
        # What `bundle exec` and the shells have added is their own.
        self.assertLessEqual(set(names) - {"PWD", "OLDPWD", "SHLVL", "_", "ONEOFF_RUN"}, has)
        self.assertNotIn("LEAKED", has)

    def test_thin(self):
        process = self.start("shop")
        self.assertEqual(process.get(), "shop\n")
        self.assertIn("thin", processes.command_line(process.pid))
        self.assert_as_a_one_off("shop", process.pid)

    def test_tornado(self):
        self.assertEqual(self.ssh("library", "manage.py migrate").status, 0)
        process = self.start("library")
        python = self.library.directory.resolve() / "releases/v2/venv/bin/python"
        self.assertEqual(process.get(), f"0 {python}\n")
        self.assert_ran(self.ssh("library", "python -c 'import sys; print(sys.executable)'"), f"{python}\n")
        self.assertEqual(os.readlink(f"/proc/{process.pid}/exe"), os.path.realpath(python))
        self.assert_as_a_one_off("library", process.pid)


if __name__ == "__main__":
    harness.main()
