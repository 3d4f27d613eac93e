"""Secrets that a test plants in an application's config: at its end they are in nothing that anybody saw or keeps."""

import gzip
import os

import harness

GZIP = b"\x1f\x8b"


class Planted(harness.GatewayTest):
    """No test of such a class may print a secret: whatever the clients got, the logs, the audit and all else that
    the gateway left below its root is searched for them."""

    secrets = ()  # text; prepare() may add what the application was laid out with

    @classmethod
    def start_gateway(cls):
        super().start_gateway()
        cls.heard = []
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

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        assert cls.secrets, "nothing was planted"
        found = [f"{where}: {secret}" for where, text in cls._kept() for secret in cls.secrets
                 if secret.encode() in text]
        if found:
            raise AssertionError("planted secrets came out:\n" + "\n".join(found))

    @classmethod
    def _kept(cls):
        yield "a client's output", b"\n".join(cls.heard)
        yield "the gateway's stderr", cls.gateway.stderr().encode()
        for folder, _, names in os.walk(cls.gateway.root):
            for path in (os.path.join(folder, name) for name in names):
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        content = file.read()
                    yield path, gzip.decompress(content) if content.startswith(GZIP) else content
