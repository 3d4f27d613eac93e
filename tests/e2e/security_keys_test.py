"""FIDO2 keys: touched, or their line says that they need not be; verified, where their line asks for it."""

import os
import subprocess

import harness

PROVIDER = harness.BUILD / "tests/libsk_software.so"
TYPES = ("ed25519-sk", "ecdsa-sk")
# How a key is made, and whether it is touched and verifies its user when it signs.
KEYS = {"touched": (), "untouched": ("-O", "no-touch-required"), "verified": ("-O", "verify-required")}
LINES = {"plain": "", "lenient": "no-touch-required ", "strict": "verify-required ",
         "odd": "no-touch-required,verify-required "}
ADMITTED = {("touched", "plain"), ("touched", "lenient"), ("untouched", "lenient"), ("verified", "plain"),
            ("verified", "lenient"), ("verified", "strict"), ("verified", "odd")}


class SecurityKeys(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.askpass = cls.directory / "askpass"
        cls.askpass.write_text("#!/bin/sh\necho 1234\n")
        cls.askpass.chmod(0o755)
        cls.public = {}
        for kind in TYPES:
            for how, options in KEYS.items():
                name = f"{how}-{kind}"
                cls.public[name] = cls.make_key(name, kind, "-w", str(PROVIDER), *options)
        cls.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}]})

    def login(self, name):
        askpass = {"SSH_ASKPASS": str(self.askpass), "SSH_ASKPASS_REQUIRE": "force"}
        return self.ssh("plain", "echo in", person=name, env=askpass,
                        options=("-o", f"SecurityKeyProvider={PROVIDER}", "-o", "BatchMode=no"))

    def logins(self):
        return len(self.gateway.audit("authenticated"))

    def test_each_key_is_let_in_as_its_line_says(self):
        for kind in TYPES:
            for line, prefix in LINES.items():
                for how in KEYS:
                    name = f"{how}-{kind}"
                    self.gateway.person("holder", prefix + self.public[name])
                    with self.subTest(kind=kind, key=how, line=line):
                        before = self.logins()
                        result = self.login(name)
                        if (how, line) in ADMITTED:
                            self.assertEqual((result.status, result.stdout), (0, b"in\n"))
                        else:
                            self.assertEqual((result.status, result.stdout), (255, b""))
                            self.assertIn("Permission denied (publickey).", result.stderr)
                        self.assertEqual(self.logins() - before, 1 if (how, line) in ADMITTED else 0)

    def test_a_certificate_says_what_its_key_has_to_do(self):
        """As a line's options: by extension, by critical option; the authority may be a security key itself."""
        ca = self.make_key("ca-sk", "ed25519-sk", "-w", str(PROVIDER))
        self.gateway.person("holder", "")
        self.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}],
                             "authorities": [{"key": ca.strip(), "principals": "people"}]})
        keys = self.directory / "keys"
        for kind in TYPES:
            for says, options in (("plain", ()), ("lenient", ("-O", "no-touch-required")),
                                  ("strict", ("-O", "verify-required"))):
                for how in KEYS:
                    name = f"{how}-{kind}"
                    with self.subTest(kind=kind, key=how, certificate=says):
                        subprocess.run(["ssh-keygen", "-q", "-w", str(PROVIDER), "-s", str(keys / "ca-sk"), "-I", "x",
                                        "-n", "holder", *options, str(keys / f"{name}.pub")], check=True)
                        before = self.logins()
                        result = self.login(name)
                        (keys / f"{name}-cert.pub").unlink()
                        self.assertEqual(result.status, 0 if (how, says) in ADMITTED else 255, result.stderr)
                        self.assertEqual(self.logins() - before, 1 if (how, says) in ADMITTED else 0)

    def test_what_was_wrong_is_counted_as_a_failed_signature(self):
        self.gateway.person("holder", self.public["untouched-ed25519-sk"])
        before = self.failures()
        self.assertEqual(self.login("untouched-ed25519-sk").status, 255)
        harness.wait_until(lambda: self.failures() > before, "the failure on the record")

    def failures(self):
        return sum(record["count"] for record in self.gateway.audit("authentications.failed"))


if __name__ == "__main__":
    harness.main()
