"""A person's .pub file is an authorized_keys file: from= and expiry-time= count, and whoever is in none is out."""

import harness


class People(harness.GatewayTest):
    people = ("alice", "bob", "carol", "here", "elsewhere", "expired", "lasting", "nobody")

    @classmethod
    def prepare(cls):
        for name, options in (("here", 'from="127.0.0.0/8,!127.0.0.9"'), ("elsewhere", 'from="192.0.2.0/24"'),
                              ("expired", 'expiry-time="20200101"'), ("lasting", 'expiry-time="20991231Z"')):
            cls.gateway.person(name, f"{options} {cls.public_key(name)}")
        (cls.gateway.root / "etc/people/nobody.pub").unlink()
        cls.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}]})

    @classmethod
    def public_key(cls, name):
        return (cls.directory / f"keys/{name}.pub").read_text()

    def test_those_who_are_let_in(self):
        for name in ("alice", "here", "lasting"):
            with self.subTest(name=name):
                self.assert_ran(self.ssh("plain", "true", person=name), "")

    def test_those_who_are_not(self):
        for name in ("elsewhere", "expired", "nobody"):
            with self.subTest(name=name):
                result = self.ssh("plain", "true", person=name)
                self.assertEqual((result.status, result.stdout), (255, b""))
                self.assertIn("Permission denied (publickey)", result.stderr)

    def test_a_new_person_needs_no_restart(self):
        key = self.make_key("newcomer")
        self.assertEqual(self.ssh("plain", "true", person="newcomer").status, 255)
        self.gateway.person("newcomer", key)
        self.assert_ran(self.ssh("plain", "true", person="newcomer"), "")
        (self.gateway.root / "etc/people/newcomer.pub").unlink()
        self.assertEqual(self.ssh("plain", "true", person="newcomer").status, 255)

    def test_the_key_that_signed_decides_not_the_one_offered_first(self):
        offered_first = ("-i", str(self.directory / "keys/nobody"), "-i", str(self.directory / "keys/bob"))
        self.ssh("plain", "true", person="nobody", options=offered_first)
        self.assertEqual(self.gateway.wait_for_audit("run.started", person="bob")["person"], "bob")

    def test_failures_are_counted_by_source(self):
        self.ssh("plain", "true", person="elsewhere", options=("-o", "PubkeyAuthentication=yes"))
        self.assertEqual(self.gateway.audit("authenticated", person="elsewhere"), [])


if __name__ == "__main__":
    harness.main()
