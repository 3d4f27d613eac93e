"""What the server offers: no SHA-1, no Diffie-Hellman groups, no compression; publickey only. The NIST curves stand
behind the others, or not there, if the settings say so."""

import re

import paramiko

import harness
import rawssh


CURVES = ["curve25519-sha256", "curve25519-sha256@libssh.org"]
NIST = ["ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521"]
# What OpenSSH has left in FIPS mode.
FIPS = ("-o", "KexAlgorithms=ecdh-sha2-nistp256", "-o", "HostKeyAlgorithms=rsa-sha2-512,ecdsa-sha2-nistp256",
        "-o", "Ciphers=aes256-gcm@openssh.com")


class Offer(harness.GatewayTest):
    def offer(self):
        """The server's KEXINIT, as the real client reads it."""
        said = self.ssh("plain", "true", options=("-vvv", "-o", "LogLevel=DEBUG3")).stderr
        peer = said[said.index("peer server KEXINIT proposal"):]
        return dict(re.findall(r"debug2: ([^:\r\n]+): ([^\r\n]*)", peer)[:10])

    def key_exchanges(self):
        return [name for name in self.offer()["KEX algorithms"].split(",") if not name.startswith("kex-strict")]


class Algorithms(Offer):
    def test_the_lists_are_these(self):
        offer = self.offer()
        self.assertEqual(self.key_exchanges(), CURVES + NIST)
        self.assertIn("kex-strict-s-v00@openssh.com", offer["KEX algorithms"])
        self.assertEqual(offer["host key algorithms"], "ssh-ed25519,rsa-sha2-512,rsa-sha2-256")
        self.assertEqual(set(offer["ciphers stoc"].split(",")) & {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
                                                                  "chacha20-poly1305@openssh.com"},
                         {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"})
        self.assertEqual((offer["compression ctos"], offer["compression stoc"]), ("none", "none"))
        everything = ",".join(offer.values())
        for weak in ("sha1", "group", "cbc", "arcfour", "md5", "ssh-rsa,", "ssh-dss", "3des"):
            self.assertNotIn(weak, everything.replace("rsa-sha2", ""))

    def test_each_cipher_works(self):
        for cipher in self.offer()["ciphers stoc"].split(","):
            with self.subTest(cipher=cipher):
                self.assert_ran(self.ssh("plain", "cat", stdin=b"x" * 100000, options=("-c", cipher)), b"x" * 100000)

    def test_each_curve_works(self):
        for curve in NIST:
            with self.subTest(curve=curve):
                self.assert_ran(self.ssh("plain", "echo served", options=("-o", f"KexAlgorithms={curve}")), "served\n")

    def test_a_client_in_fips_mode_connects(self):
        self.assert_ran(self.ssh("plain", "echo served", options=FIPS), "served\n")

    def test_a_rekey_in_the_middle_loses_nothing(self):
        data = bytes(range(256)) * 40000
        self.assert_ran(self.ssh("plain", "cat", stdin=data, options=("-o", "RekeyLimit=1M")), data)

    def test_only_publickey_is_offered(self):
        connection = rawssh.Connection(("127.0.0.1", self.client.port))
        self.addCleanup(connection.close)
        connection.start_client(timeout=20)
        with self.assertRaises(paramiko.BadAuthenticationType) as refused:
            connection.auth_none("plain")
        self.assertEqual(refused.exception.allowed_types, ["publickey"])
        with self.assertRaises(paramiko.SSHException):
            connection.auth_password("plain", "x", fallback=False)

    def test_the_banner_is_one_that_openssh_knows(self):
        connection = rawssh.connect(self.client, "plain")
        self.addCleanup(connection.close)
        self.assertRegex(connection.remote_version, r"\ASSH-2\.0-OpenSSH\S*( \S.*)?\Z")


class WithoutNistCurves(Offer):
    settings = {"nist_curves": False}

    def test_they_are_not_offered_and_no_rsa_key_is_made(self):
        self.assertEqual(self.key_exchanges(), CURVES)
        self.assertEqual(self.offer()["host key algorithms"], "ssh-ed25519")
        result = self.ssh("plain", "true", options=("-o", "KexAlgorithms=ecdh-sha2-nistp256", "-o", "LogLevel=INFO"))
        self.assertEqual(result.status, 255)
        self.assertIn("no matching key exchange method found", result.stderr)


class OldClients(Offer):
    settings = {"old_clients": True}

    def test_what_they_need_is_offered_behind_the_rest(self):
        self.assertEqual(self.offer()["MACs ctos"], "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
                                                    "hmac-sha2-256,hmac-sha2-512")

    def test_each_of_it_works(self):
        for options in (("MACs=hmac-sha2-256", "Ciphers=aes128-ctr"), ("MACs=hmac-sha2-512", "Ciphers=aes256-ctr")):
            with self.subTest(options=options):
                words = [word for option in options for word in ("-o", option)]
                self.assert_ran(self.ssh("plain", "cat", stdin=b"x" * 100000, options=words), b"x" * 100000)


if __name__ == "__main__":
    harness.main()
