"""Every key type of OpenSSH that needs no token (security_keys_test.py has the others) lets its person in."""

import harness

KINDS = {"ed25519": ("ed25519",), "ecdsa256": ("ecdsa", "-b", "256"), "ecdsa384": ("ecdsa", "-b", "384"),
         "ecdsa521": ("ecdsa", "-b", "521"), "rsa2048": ("rsa", "-b", "2048"), "rsa4096": ("rsa", "-b", "4096")}


class Keys(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        for name, arguments in KINDS.items():
            cls.gateway.person(name, cls.make_key(name, *arguments))
        cls.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}]})

    def test_each_lets_its_person_in(self):
        for name in KINDS:
            with self.subTest(kind=name):
                self.assert_ran(self.ssh("plain", "true", person=name), "")
                key = self.gateway.wait_for_audit("run.started", person=name)["key"]
                self.assertRegex(key, r"\ASHA256:")

    def test_both_rsa_signatures_of_today_count(self):
        for algorithm in ("rsa-sha2-256", "rsa-sha2-512"):
            with self.subTest(algorithm=algorithm):
                options = ("-o", f"PubkeyAcceptedAlgorithms={algorithm}")
                self.assert_ran(self.ssh("plain", "true", person="rsa2048", options=options), "")

    def test_a_signature_with_sha1_does_not(self):
        result = self.ssh("plain", "true", person="rsa2048", options=("-o", "PubkeyAcceptedAlgorithms=ssh-rsa"))
        self.assertEqual((result.status, result.stdout), (255, b""))


class HostKeys(harness.GatewayTest):
    def test_a_missing_host_key_is_made(self):
        keys = self.gateway.host_keys()
        self.assertTrue(any(key.startswith("ssh-ed25519 ") for key in keys), keys)
        for path in (self.gateway.root / "etc/host_keys").iterdir():
            if path.suffix != ".pub":
                self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_it_stays_the_same_over_a_restart(self):
        before = self.gateway.host_keys()
        self.assertEqual(self.gateway.stop(), 0)
        type(self).start_gateway()
        self.assertEqual(self.gateway.host_keys(), before)
        self.assert_ran(type(self).client.ssh("plain", "true"), "")


if __name__ == "__main__":
    harness.main()
