"""What an end-to-end test stands on: a gateway with an app and three people, and the real ssh.

    class ExitStatus(harness.GatewayTest):
        def test_a_command_that_succeeds_is_zero(self):
            self.assertEqual(self.ssh("plain", "true").status, 0)

alice may do everything, shells included; bob everything but shells; carol little (gateway.DEFAULT_POLICY).
The app `plain` is made of shell scripts; with `shop = True` there is the Rails application too. Each class
has a gateway of its own. At its end nothing of it may be left, and no sanitizer may have spoken.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import apps
import gateway
import processes
from client import Client, Result, Terminal, make_key
from gateway import BUILD, ONEOFF, REPOSITORY, SANITIZED
from waiting import PATIENCE, Late, wait_until

ROOT = os.getuid() == 0
SANITIZER_SPOKE = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:")


class GatewayTest(unittest.TestCase):
    maxDiff = None
    people = ("alice", "bob", "carol")
    settings = {}     # further keys of gateway.json
    app = {}          # further keys of plain's app file
    shop = False      # the Rails application, too
    shop_options = ()

    @classmethod
    def prepare(cls):
        """Called when everything is laid out and nothing runs yet: a test's own changes."""

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-e2e-"))
        cls.directory.chmod(0o755)  # the gateway's user and the app's pass through it
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        (cls.directory / "keys").mkdir(mode=0o700)
        cls.gateway = gateway.Gateway(cls.directory)
        cls.addClassCleanup(cls.gateway.sweep)
        cls.gateway.settings(**cls.settings)
        for person in cls.people:
            cls.gateway.person(person, cls.make_key(person))
        cls.plain = apps.Plain(cls.directory / "apps/plain", cls.directory)
        cls.gateway.app("plain", cls.plain.directory, **cls.app)
        if cls.shop:
            cls.rails = apps.Shop(cls.directory / "apps/shop", *cls.shop_options)
            cls.gateway.app("shop", cls.rails.directory)
        cls.prepare()
        cls.start_gateway()

    @classmethod
    def start_gateway(cls):
        """Starts the gateway (again) and points the client at it."""
        try:
            cls.gateway.start()
        except AssertionError:
            sys.stderr.write(cls.gateway.stderr())
            raise
        cls.client = Client(cls.directory, cls.gateway.port, cls.gateway.host_keys())
        cls.ssh, cls.terminal = cls.client.ssh, cls.client.terminal

    @classmethod
    def tearDownClass(cls):
        status = cls.gateway.stop()
        said = cls.gateway.stderr()
        try:
            wait_until(lambda: not cls.gateway.processes(), "the gateway's processes to end", 5)
        except Late:
            raise AssertionError(f"left behind: {cls.gateway.sweep()}\n{said}") from None
        if any(words in said for words in SANITIZER_SPOKE):
            raise AssertionError("a sanitizer spoke:\n" + said)
        if status != 0:
            raise AssertionError(f"the gateway ended with {status}:\n{said}")

    @classmethod
    def make_key(cls, name, kind="ed25519", *arguments):
        """A key pair under that name; the public half's line."""
        path = cls.directory / "keys" / name
        make_key(path, kind, *arguments)
        return path.with_suffix(path.suffix + ".pub").read_text()

    # What the tests say.

    def run_terminal(self, *arguments, **options):
        """A terminal that is closed when the test ends."""
        terminal = self.client.terminal(*arguments, **options)
        self.addCleanup(terminal.close)
        return terminal

    def start_ssh(self, *arguments, **options):
        """An ssh that is killed when the test ends."""
        process = self.client.start(*arguments, **options)
        self.addCleanup(self._end, process)
        return process

    def commands(self):
        """The living processes that commands of the plain app are or have left."""
        return processes.with_variable(self.plain.tag)

    def assert_ran(self, result, stdout, status=0, stderr=""):
        """The whole of what came back."""
        self.assertEqual((result.status, result.stdout, result.stderr),
                         (status, stdout if isinstance(stdout, bytes) else stdout.encode(), stderr))

    def assert_refused(self, result, status, message):
        """Nothing on stdout, the status, and one whole message on stderr."""
        self.assertEqual((result.status, result.stdout, result.stderr), (status, b"", message))

    @staticmethod
    def _end(process):
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()


class Verdict(unittest.TextTestResult):
    """Shows what the gateway said beside each failure."""

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._tell(test)

    @staticmethod
    def _tell(test):
        if isinstance(getattr(test, "gateway", None), gateway.Gateway):
            sys.stderr.write(f"\n--- the gateway's stderr at the failure of {test}\n"
                             f"{test.gateway.stderr()[-8000:]}---\n")


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    unittest.main(module="__main__", testRunner=unittest.TextTestRunner(resultclass=Verdict, verbosity=2))
