"""`oneoff` in a checkout, without any gateway: what the tests of the local half share."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import unittest

from gateway import ONEOFF

CALLER = pwd.getpwuid(os.getuid()).pw_name
NOTICE = ""  # it says "local, not audited" on a terminal alone


class LocalTest(unittest.TestCase):
    """A folder of the test's own, outside of any checkout, with an installation that knows no app."""
    maxDiff = None

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-e2e-")).resolve()
        self.directory.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.root = self.directory / "installation"
        (self.root / "etc/apps").mkdir(parents=True)

    def write(self, name, text, mode=0o644):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def argv(self, *words):
        return [ONEOFF, "--root", self.root, *words]

    def oneoff(self, *words, cwd="", env=None, **run):
        """Runs oneoff in a folder below the test's, in an environment that would lead a command astray."""
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "RUBYOPT": "-W0", "LEAK": "1", **(env or {})}
        environment.update({key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS")})
        return subprocess.run(self.argv(*words), cwd=self.directory / cwd, env=environment, capture_output=True,
                              text=True, timeout=60, **run)

    def assert_ran(self, result, stdout, status=0, stderr=NOTICE):
        self.assertEqual((result.returncode, result.stdout, result.stderr), (status, stdout, stderr))

    def assert_refused(self, result, status, message):
        self.assertEqual((result.returncode, result.stdout, result.stderr), (status, "", message))
