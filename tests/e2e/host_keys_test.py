"""Every type of host key: made by ssh-keygen, offered, scanned, checked by the client."""

import os
import re
import signal
import subprocess
import unittest

import harness
from cast import Cast

KINDS = {"ed25519": ("ed25519",), "ecdsa256": ("ecdsa", "-b", "256"), "ecdsa384": ("ecdsa", "-b", "384"),
         "ecdsa521": ("ecdsa", "-b", "521"), "rsa3072": ("rsa", "-b", "3072")}


class HostKeyTest(harness.GatewayTest):
    @classmethod
    def make_host_keys(cls, *kinds):
        """Replaces the gateway's host keys; it has to be started again."""
        for old in (cls.gateway.root / "etc/host_keys").iterdir():
            old.unlink()
        for kind in kinds:
            harness.make_key(cls.gateway.root / "etc/host_keys" / f"ssh_host_{kind}_key", *KINDS[kind])

    def scan(self):
        """What ssh-keyscan sees: {(type, base64)}."""
        found = subprocess.run(["ssh-keyscan", "-T", "20", "-p", str(self.client.port), "-t", "ed25519,ecdsa,rsa",
                                "127.0.0.1"], capture_output=True, text=True, check=True, timeout=60)
        return {tuple(line.split()[1:3]) for line in found.stdout.splitlines()}

    def configured(self):
        return {tuple(key.split()[:2]) for key in self.gateway.host_keys()}


class EveryHostKey(HostKeyTest):
    def test_each_type_serves_alone(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                self.assertEqual(self.gateway.stop(), 0)
                self.make_host_keys(kind)
                type(self).start_gateway()
                self.assert_ran(type(self).client.ssh("plain", "echo served"), "served\n")
                self.assertEqual(self.scan(), self.configured())


class SeveralHostKeys(HostKeyTest):
    @classmethod
    def prepare(cls):
        cls.make_host_keys("ed25519", "ecdsa384", "rsa3072")

    def test_ssh_keyscan_sees_them_all(self):
        self.assertEqual(self.scan(), self.configured())

    def test_the_client_chooses(self):
        for algorithm in ("ssh-ed25519", "ecdsa-sha2-nistp384", "rsa-sha2-256", "rsa-sha2-512"):
            with self.subTest(algorithm=algorithm):
                self.assert_ran(self.ssh("plain", "true", options=("-o", f"HostKeyAlgorithms={algorithm}")), "")

    def test_sha1_is_not_offered(self):
        result = self.ssh("plain", "true", options=("-o", "HostKeyAlgorithms=ssh-rsa", "-o", "LogLevel=INFO"))
        self.assertEqual(result.status, 255)
        self.assertIn("no matching host key type found", result.stderr)

    def test_a_new_key_is_accepted_where_the_client_says_so_and_kept(self):
        known = self.directory / "accepted"
        options = ("-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=accept-new")
        self.assert_ran(self.ssh("plain", "echo new", options=options), "new\n")
        strict = ("-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes")
        self.assert_ran(self.ssh("plain", "echo known", options=strict), "known\n")

    def test_a_changed_key_is_refused_by_the_client(self):
        harness.make_key(self.directory / "another")
        known = self.directory / "changed"
        line = (self.directory / "another.pub").read_text()
        known.write_text(f"[127.0.0.1]:{self.client.port} {line}")
        for strictness in ("yes", "accept-new"):
            with self.subTest(strictness=strictness):
                result = self.ssh("plain", "echo never", options=("-o", f"UserKnownHostsFile={known}", "-o",
                                                                  f"StrictHostKeyChecking={strictness}"))
                self.assertEqual((result.status, result.stdout), (255, b""))
                self.assertIn("Host key verification failed.", result.stderr)


@unittest.skipUnless(harness.ROOT, "only root's check reads private keys")
class FaultyHostKeys(HostKeyTest):
    """A faulty key costs itself alone: the others serve, and the start, check, reload and doctor name it."""

    @classmethod
    def prepare(cls):
        cls.make_host_keys("ed25519", "rsa3072")
        cls.folder = cls.gateway.root / "etc/host_keys"
        cls.key = cls.folder / "ssh_host_ed25519_key"
        cls.keys = cls.gateway.host_keys()
        cls.good = {path: (path.read_bytes(), path.stat().st_mode) for path in cls.folder.iterdir()}

    def restore(self):
        for path in self.folder.iterdir():
            path.unlink()
        for path, (content, mode) in self.good.items():
            path.write_bytes(content)
            path.chmod(mode)

    def tearDown(self):
        self.restore()
        self.gateway.stop()
        type(self).start_gateway()

    def assert_told(self, wanted, served):
        """All four say `wanted`; the keys of `served` are offered, and a login works."""
        for words in (("config", "reload"), ("config", "check")):
            done = self.gateway.oneoff(*words)
            self.assertEqual(done.returncode, 78, words)
            self.assertIn(wanted, done.stderr, words)
        self.assertRegex(self.gateway.oneoff("doctor").stdout, "bad +host keys +.*" + re.escape(wanted))
        before = len(self.gateway.stderr())
        self.assertEqual(self.gateway.stop(), 0)
        type(self).start_gateway()
        self.assertIn(wanted, self.gateway.stderr()[before:])
        client = harness.Client(self.directory, self.gateway.port, self.keys)
        self.assert_ran(client.ssh("plain", "echo served"), "served\n")
        self.assertEqual({kind for kind, _ in self.scan()}, served)

    def test_a_private_half_that_is_missing(self):
        self.key.unlink()
        self.assert_told(f"{self.key}.pub: its private half is missing, so this key is not offered", {"ssh-rsa"})

    def test_a_private_half_that_cannot_be_used(self):
        def replace(content):
            self.key.write_text(content)

        def fifo():
            self.key.unlink()
            os.mkfifo(self.key, 0o600)

        for name, spoil in (("empty", lambda: replace("")), ("garbage", lambda: replace("garbage")),
                            ("open", lambda: self.key.chmod(0o644)), ("another's", lambda: os.chown(self.key, 1, 1)),
                            ("fifo", fifo)):
            with self.subTest(name):
                self.restore()
                spoil()
                self.assert_told("; this key is not offered", {"ssh-rsa"})

    def test_a_public_half_that_is_missing(self):
        self.key.with_suffix(".pub").unlink()
        self.assert_told(f"{self.key}: its public half {self.key}.pub is missing", {"ssh-ed25519", "ssh-rsa"})

    def test_a_public_half_of_another_key(self):
        harness.make_key(self.directory / "stranger")
        self.key.with_suffix(".pub").write_text((self.directory / "stranger.pub").read_text())
        self.assert_told(f"{self.key}: its public half {self.key}.pub is another key's", {"ssh-ed25519", "ssh-rsa"})

    def test_a_second_key_of_a_kind(self):
        harness.make_key(self.folder / "ssh_host_second_key", "rsa", "-b", "3072")
        self.assert_told(f"{self.folder}/ssh_host_second_key: is a second key of its kind, and is not offered",
                         {"ssh-ed25519", "ssh-rsa"})

    def refused(self):
        """What a gateway that does not start says, and what `config check` says."""
        self.assertEqual(self.gateway.stop(), 0)
        with self.assertRaises(AssertionError) as caught:
            self.gateway.start()
        checked = self.gateway.oneoff("config", "check")
        self.assertEqual(checked.returncode, 78, checked.stderr)
        return str(caught.exception), checked.stderr

    def test_no_good_one_is_left(self):
        for name in ("ed25519", "rsa3072"):
            (self.folder / f"ssh_host_{name}_key").write_text("")
        for said in self.refused():
            for name in ("ed25519", "rsa3072"):
                self.assertIn(f"{self.folder}/ssh_host_{name}_key: ", said)

    def test_a_folder_that_others_may_write_to(self):
        self.folder.chmod(0o777)
        self.addCleanup(self.folder.chmod, 0o755)
        for said in self.refused():
            self.assertIn(f"mode 0777 of {self.folder} lets other users replace what is in it", said)
        self.folder.chmod(0o755)

    def test_a_copy_is_not_served(self):
        harness.make_key(self.folder / "ssh_host_rsa_key.bak", "rsa", "-b", "3072")
        harness.make_key(self.folder / "old", "ecdsa", "-b", "256")
        self.assertEqual(self.gateway.stop(), 0)
        type(self).start_gateway()
        self.assertEqual(self.scan(), {tuple(key.split()[:2]) for key in self.keys})
        checked = self.gateway.oneoff("config", "check")
        self.assertIn(f"{self.folder}/ssh_host_rsa_key.bak: warning: is not used", checked.stderr)
        self.assertIn(f"{self.folder}/old: warning: is not used", checked.stderr)

    def test_a_restarted_broker_with_other_keys(self):
        self.make_host_keys("ed25519")
        os.kill(Cast(self.gateway).broker, signal.SIGKILL)
        client = harness.Client(self.directory, self.gateway.port, self.gateway.host_keys())
        harness.wait_until(lambda: client.ssh("plain", "true").status == 0, "the new keys to be offered")


if __name__ == "__main__":
    harness.main()
