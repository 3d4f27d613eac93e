"""Every type of host key: made by ssh-keygen, offered, scanned, checked by the client."""

import subprocess
import unittest

import harness

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


class FaultyHostKeys(HostKeyTest):
    """What would make logins fail is said at the start, and before it."""

    def refused(self):
        """What a gateway that does not start says, and what `config check` says."""
        self.assertEqual(self.gateway.stop(), 0)
        with self.assertRaises(AssertionError) as caught:
            self.gateway.start()
        checked = self.gateway.oneoff("config", "check")
        self.assertEqual(checked.returncode, 78, checked.stderr)
        return str(caught.exception), checked.stderr

    def tearDown(self):
        self.gateway.stop()
        self.make_host_keys("ed25519")
        type(self).start_gateway()

    def test_a_public_half_of_another_key(self):
        harness.make_key(self.directory / "stranger")
        key = self.gateway.root / "etc/host_keys/ssh_host_ed25519_key"
        key.with_suffix(".pub").write_text((self.directory / "stranger.pub").read_text())
        wanted = f"{key}: its public half {key}.pub is another key's, and every login would fail"
        for said in self.refused():
            self.assertIn(wanted, said)

    def test_a_public_half_that_is_missing(self):
        key = self.gateway.root / "etc/host_keys/ssh_host_ed25519_key"
        key.with_suffix(".pub").unlink()
        for said in self.refused():
            self.assertIn(f"{key}.pub is missing", said)

    @unittest.skipUnless(harness.ROOT, "another user is needed")
    def test_a_folder_that_others_may_write_to(self):
        folder = self.gateway.root / "etc/host_keys"
        folder.chmod(0o777)
        try:
            for said in self.refused():
                self.assertIn(f"mode 0777 of {folder} lets other users replace what is in it", said)
        finally:
            folder.chmod(0o755)

    def test_a_copy_is_not_served(self):
        folder = self.gateway.root / "etc/host_keys"
        harness.make_key(folder / "ssh_host_rsa_key.bak", "rsa", "-b", "3072")
        harness.make_key(folder / "old", "ecdsa", "-b", "256")
        self.assertEqual(self.gateway.stop(), 0)
        type(self).start_gateway()
        served = [(folder / f"ssh_host_{kind}_key.pub").read_text() for kind in ("ed25519", "rsa")]
        self.assertEqual(self.scan(), {tuple(key.split()[:2]) for key in served})
        checked = self.gateway.oneoff("config", "check")
        self.assertIn(f"{folder}/ssh_host_rsa_key.bak: warning: is not used", checked.stderr)
        self.assertIn(f"{folder}/old: warning: is not used", checked.stderr)


if __name__ == "__main__":
    harness.main()
