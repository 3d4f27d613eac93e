"""The real applications without any gateway: `oneoff run` in their folders does what ssh does through one."""

import json
import os
import re
import shutil
import subprocess

import apps
import harness
import planted
from client import Terminal
from gateway import ONEOFF
from local import NOTICE


class ApplicationsLocally(planted.Planted):
    """The gateway is there to compare with; `oneoff run` is of an installation that knows no app."""

    shop = True

    @classmethod
    def prepare(cls):
        cls.here = cls.directory / "apps"
        for name, kind in (("library", apps.Library), ("ledger", apps.Ledger), ("till", apps.Till),
                           ("press", apps.Press)):
            kind(cls.here / name)
            cls.gateway.app(name, cls.here / name)
        cls.plant("shop", SECRET_KEY_BASE=cls.rails.variable("SECRET_KEY_BASE"))
        cls.installation = cls.directory / "installation"
        (cls.installation / "etc/apps").mkdir(parents=True)
        # The applications' user may not be able to reach where it was built.
        cls.program = shutil.copy(ONEOFF, cls.directory / "oneoff")
        cls.become = []
        if harness.ROOT:
            cls.become = ["setpriv", f"--reuid={apps.user()}", f"--regid={apps.user()}", "--clear-groups", "--"]

    def argv(self, *words):
        return [*self.become, str(self.program), "--root", str(self.installation), *words]

    def locally(self, folder, *words, stdin=b""):
        """`oneoff run WORDS` in a folder below apps/, by the applications' user."""
        result = subprocess.run(self.argv("run", *words), cwd=self.here / folder, input=stdin, capture_output=True,
                                env=self.client.environment(), timeout=60, check=False)
        self.heard.extend([result.stdout, result.stderr])
        return harness.Result(result.returncode, result.stdout, result.stderr.decode())

    def assert_ran_locally(self, result, stdout, status=0, stderr=""):
        self.assert_ran(result, stdout, status, NOTICE + stderr)

    def test_rails(self):
        migrated = self.locally("shop/current", "rake", "db:migrate")
        self.assertEqual((migrated.status, migrated.stderr), (0, NOTICE))
        self.assertIn(b"AddPaidAtToOrders: migrated", migrated.stdout)
        ran = self.locally("shop/current", "rails", "runner", "-", stdin=b"puts Customer.count, Rails.env")
        self.assert_ran_locally(ran, "0\nproduction\n")
        rolled_back = self.locally("shop/current/app/models", "rake", "db:rollback")
        self.assertEqual((rolled_back.status, rolled_back.stderr), (0, NOTICE))
        self.assertIn(b"AddPaidAtToOrders: reverted", rolled_back.stdout)
        # And v1 through the gateway is at the same version of the same database.
        self.assert_ran(self.ssh("shop+v1", "rake db:version"), "Current version: 20240201090000\n")

    def test_django(self):
        self.assertEqual(self.locally("library/current", "manage.py", "migrate").status, 0)
        books = json.dumps([{"model": "books.book", "pk": 1, "fields": {"title": "Ulysses"}}]).encode()
        loaded = self.locally("library/current", "manage.py", "loaddata", "--format=json", "-", stdin=books)
        self.assert_ran_locally(loaded, "Installed 1 object(s) from 1 fixture(s)\n")
        failed = self.locally("library/current", "manage.py", "migrate", "no-such-app")
        self.assert_ran_locally(failed, "", 1, "CommandError: No installed app with label 'no-such-app'.\n")

    def test_a_console_on_the_callers_terminal(self):
        os.chdir(self.here / "library/current")
        self.addCleanup(os.chdir, "/")
        terminal = Terminal(self.argv("run", "console"), self.client.environment(), 24, 200)
        self.addCleanup(terminal.close)
        terminal.expect(rb"oneoff: local, not audited\r\n")
        terminal.expect(rb">>> ")
        terminal.send("import sys; print(sys.prefix)\r")
        venv = self.here.resolve() / "library/releases/v2/venv"
        terminal.expect(re.escape(f"\n{venv}\r\n".encode()))
        terminal.expect(rb">>> ")  # a Ctrl-D that comes before its editor is ready is lost
        terminal.send("\x04")
        self.assertEqual(terminal.wait(), 0)

    def test_php_and_node(self):
        self.assert_ran_locally(self.locally("ledger", "php", "scripts/fix_bad_records.php"), "2 bad records\n")
        self.assert_ran_locally(self.locally("till", "repair"), "2 bad receipts\n")
        self.assert_ran_locally(self.locally("press", "tidy-proofs"), "2 untidy proofs\n")

    def test_a_command_gets_the_same_variables_as_through_the_gateway(self):
        """All but the run's id and person, which a local run has none of. The values are compared by their digest."""
        names = "env -0 | tr '\\n' ' ' | tr '\\0' '\\n' | sed 's/=.*//'"
        values = "env -0 -u ONEOFF_RUN -u ONEOFF_PERSON | sort -z | sha256sum"
        for app, folder in (("shop", "shop/current"), ("library", "library/current"), ("ledger", "ledger"),
                            ("till", "till"), ("press", "press")):
            with self.subTest(app):
                through, here = (set(result.stdout.decode().split()) for result in
                                 (self.ssh(app, names), self.locally(folder, "sh", "-c", names)))
                self.assertEqual(through - here, {"ONEOFF_RUN", "ONEOFF_PERSON"})
                self.assertEqual(here - through, set())
                self.assertEqual(self.ssh(app, values).stdout, self.locally(folder, "sh", "-c", values).stdout)


if __name__ == "__main__":
    harness.main()
