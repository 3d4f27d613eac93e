"""OpenSSH user certificates: whom they let in, as whom, and what the record says of it."""

import harness
from certificates import CertificateTest

KINDS = {"ed25519": ("ed25519",), "ecdsa256": ("ecdsa", "-b", "256"), "ecdsa384": ("ecdsa", "-b", "384"),
         "ecdsa521": ("ecdsa", "-b", "521"), "rsa": ("rsa", "-b", "2048")}


class Certificates(CertificateTest):
    def test_a_certificate_of_each_type_lets_its_holder_in(self):
        for kind, arguments in KINDS.items():
            with self.subTest(kind=kind):
                self.make_key(kind, *arguments)
                self.certify(kind, "people", "-V", "+1h")
                self.assert_ran(self.ssh("plain", "echo in", person=kind), "in\n")

    def test_an_authority_of_each_type_is_taken(self):
        for kind, arguments in KINDS.items():
            with self.subTest(kind=kind):
                self.make_key(f"ca-{kind}", *arguments)
                self.gateway.policy(self.policy([self.authority(kind, "people")]))
                self.certify(f"by-{kind}", kind)
                self.assert_ran(self.ssh("plain", "echo in", person=f"by-{kind}"), "in\n")
        self.gateway.policy(self.policy())

    def test_both_rsa_signatures_of_today_count_and_sha1_does_not(self):
        self.make_key("of-rsa", "rsa", "-b", "2048")
        self.certify("of-rsa", "people")
        for algorithm, status in (("rsa-sha2-256", 0), ("rsa-sha2-512", 0), ("ssh-rsa", 255)):
            with self.subTest(algorithm=algorithm):
                options = ("-o", f"PubkeyAcceptedAlgorithms={algorithm}-cert-v01@openssh.com")
                self.assertEqual(self.ssh("plain", "true", person="of-rsa", options=options).status, status)

    def test_a_principal_that_is_a_person_says_who_it_is(self):
        self.certify("named", "people", "-z", "41", principals="elsewhere,bob", identity="the laptop")
        self.assert_ran(self.ssh("plain", "true", person="named"), "")
        started = self.gateway.wait_for_audit("run.started", person="bob")
        self.assertRegex(started["certificate"], r"\AID 'the laptop' \(serial 41\) CA SHA256:\S{43}\Z")
        self.assertEqual(self.gateway.wait_for_audit("authenticated", person="bob")["certificate"],
                         started["certificate"])

    def test_principals_that_are_groups_put_the_holder_of_the_key_id_in_them(self):
        self.certify("dora", "groups", principals="dev,unknown", identity="dora@example.com")
        self.assert_ran(self.ssh("plain", "echo in", person="dora"), "in\n")
        self.assertEqual(self.gateway.wait_for_audit("run.started", rule="dev")["rule"], "dev")
        self.assertTrue(self.gateway.wait_for_audit("run.started", person="cert:dora@example.com"))
        result = self.ssh("plain", "ls", person="dora")
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertIn("no rule allows 'ls' to cert:dora@example.com", result.stderr)

    def test_the_policy_explains_itself_for_whom_only_a_certificate_names(self):
        explain = ("policy", "explain", "--release", "current")
        result = self.gateway.oneoff(*explain, "--group", "dev", "cert:dora", "plain", "echo", "x")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("allowed: cert:dora may run 'echo x' in plain, by the rule 'dev'\n", result.stdout)
        self.assertEqual(self.gateway.oneoff(*explain, "--group", "dev", "cert:dora", "plain", "ls").returncode, 77)
        for words, said in ((("cert:dora",), "cert:dora: name the groups of its principals with --group"),
                            (("--group", "devs", "cert:dora"), "devs: no such group"),
                            (("--group", "dev", "bob"), "bob: --group needs a person that a certificate names: cert:KEYID")):
            result = self.gateway.oneoff(*explain, *words, "plain", "ls")
            self.assertEqual((result.returncode, result.stdout, result.stderr), (64, "", f"oneoff: {said}\n"))

    def test_a_person_is_told_who_they_are(self):
        self.certify("dora", "groups", principals="dev", identity="dora")
        result = self.ssh("oneoff", person="dora", options=("-T",))
        self.assertEqual(result.status, 0)
        self.assertRegex(result.stdout.decode(), r"\AYou are cert:dora \(SHA256:\S+\), from 127\.0\.0\.1, in dev\.\n"
                         r"You have a certificate: ID 'dora' \(serial 0\) CA SHA256:\S+\.\n")

    def test_a_key_id_is_not_the_person_of_that_name(self):
        """`alice` has a key and may do nothing here; a certificate that calls itself so is another."""
        self.certify("fake", "groups", principals="ops", identity="alice")
        self.assert_ran(self.ssh("plain", "ls /nonexistent 2>/dev/null; echo in", person="fake"), "in\n")
        self.assertEqual(self.gateway.audit("run.started", person="alice"), [])
        self.assertTrue(self.gateway.audit("run.started", person="cert:alice"))


class Refused(CertificateTest):
    @classmethod
    def policy(cls, authorities=None, **keys):
        return super().policy([cls.authority("people", longest="2h", revoked=["serial:66", "id:lost"]),
                               cls.authority("groups")] if authorities is None else authorities, **keys)

    def test_each_for_its_reason(self):
        before = len(self.gateway.audit("run.started"))
        valid = ("-V", "-1m:+1h")
        for name, why, arguments in (
                ("expired", "it has expired at ", {"options": ("-V", "-2h:-1h")}),
                ("early", "it counts from ", {"options": ("-V", "+1h:+2h")}),
                ("long", "it counts for longer than 2h", {"options": ("-V", "-1h:+2h")}),
                ("endless", "it counts for longer than 2h", {"options": ()}),
                ("nobody", "it has no principals", {"principals": ""}),
                ("someone", "none of its principals is a person's name", {"principals": "dev,root"}),
                ("both", "its principals are several people", {"principals": "alice,bob"}),
                ("elsewhere", "its source-address 192.0.2.0/24 does not admit 127.0.0.1",
                 {"options": (*valid, "-O", "source-address=192.0.2.0/24")}),
                ("critical", "its critical option 'more@example.com' is not known here",
                 {"options": (*valid, "-O", "critical:more@example.com=x")}),
                ("verified", "the key did not verify its user", {"options": (*valid, "-O", "verify-required")}),
                ("revoked", "its serial number is revoked", {"options": (*valid, "-z", "66")}),
                ("lost", "its key id is revoked", {}),
                ("grouped", "none of its principals is a group's name", {"authority": "groups"}),
                ("un named", "its key id is no person's name", {"authority": "groups", "principals": "dev"})):
            with self.subTest(name=name):
                options = arguments.pop("options", valid)
                self.certify(name, arguments.pop("authority", "people"), *options, **arguments)
                self.assert_not_let_in(self.ssh("plain", "true", person=name))
                self.wait_for_log(f"refused: the certificate ID '{name}' ")
                self.wait_for_log(why)
        self.assertEqual(len(self.gateway.audit("run.started")), before)

    def test_what_is_of_nobodys_authority_writes_nothing_into_the_log(self):
        self.certify("stray", "stranger")
        self.assert_not_let_in(self.ssh("plain", "true", person="stray"))
        self.assertNotIn("'stray'", self.gateway.stderr())

    def test_a_source_address_that_is_the_clients_lets_it_in(self):
        self.certify("local", "people", "-V", "+1h", "-O", "source-address=127.0.0.0/8,::1")
        self.assert_ran(self.ssh("plain", "true", person="local"), "")

    def test_the_authoritys_key_itself_lets_nobody_in(self):
        self.assert_not_let_in(self.ssh("plain", "true", person="ca-people"))


if __name__ == "__main__":
    harness.main()
