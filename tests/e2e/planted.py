"""Secrets that a test plants in an application's config: at its end they are in nothing that anybody saw or keeps."""

import os
import zlib

import harness

GZIP = b"\x1f\x8b"
WITH_HEADER = 31  # as zlib wants it told


class Planted(harness.GatewayTest):
    """No test of such a class may print a secret: whatever the clients got, the logs, the audit and all else that
    the gateway left below its root is searched for them. prepare() plants at least one."""

    @classmethod
    def setUpClass(cls):
        cls.heard = []     # bytes
        cls.planted = {}   # of each app the variables, by name
        super().setUpClass()

    @classmethod
    def plant(cls, app, **variables):
        """Says which variables of an app's environment hold a secret, which is part of these values."""
        cls.planted.setdefault(app, {}).update(variables)

    @classmethod
    def start_gateway(cls):
        super().start_gateway()
        cls.ssh = cls._ssh

    @classmethod
    def _ssh(cls, *arguments, **options):
        result = cls.client.ssh(*arguments, **options)
        cls.heard += [result.stdout, result.stderr.encode()]
        return result

    def run_terminal(self, *arguments, **options):
        terminal = super().run_terminal(*arguments, **options)
        self.addCleanup(lambda: self.heard.append(terminal.output))
        return terminal

    def oneoff(self, *words, **run):
        """The oneoff command on the gateway's root, as GatewayTest has it, and heard."""
        result = self.gateway.oneoff(*words, **run)
        self.heard += [result.stdout.encode(), result.stderr.encode()]
        return result

    def test_what_explains_the_environment_names_the_variables(self):
        """And, as all else that is searched at the end, not their values."""
        for app, variables in self.planted.items():
            said = self.ssh(app, "run:explain env").stdout.decode()
            for name in variables:
                self.assertRegex(said, rf"(?m)^.*\b{name}\b.*\.env:\d+")

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        secrets = {value for variables in cls.planted.values() for value in variables.values()}
        assert secrets, "nothing was planted"
        found = [f"{where}: {secret}" for where, text in cls._kept() for secret in secrets
                 if secret.encode() in text]
        if found:
            raise AssertionError("planted secrets came out:\n" + "\n".join(found))

    @classmethod
    def _kept(cls):
        yield "a client's output", b"\n".join(cls.heard)
        yield "the gateway's stderr", cls.gateway.stderr().encode()
        for path in cls.directory.glob("*.log"):  # of web processes
            yield path, path.read_bytes()
        for folder, _, names in os.walk(cls.gateway.root):
            for path in (os.path.join(folder, name) for name in names):
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        content = file.read()
                    if content.startswith(GZIP):  # not gzip's own reader: a file that was cut counts up to the cut
                        content = zlib.decompressobj(WITH_HEADER).decompress(content)
                    yield path, content
