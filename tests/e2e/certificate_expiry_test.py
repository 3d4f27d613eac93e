"""A certificate that does not count any more lets no further request of an open connection through."""

import datetime
import time

import harness
from certificates import CertificateTest


class Expiry(CertificateTest):
    def master(self, person):
        """A connection that stays open; the options of those that share it."""
        options = ("-o", "ControlMaster=auto", "-o", f"ControlPath={self.directory}/m-{person}", "-o", "ControlPersist=60")
        self.assert_ran(self.ssh("plain", "echo in", person=person, options=options), "in\n")
        self.addCleanup(self.ssh, "plain", person=person, options=(*options, "-O", "exit"))
        return options

    def assert_no_longer(self, person, options, why):
        result = self.ssh("plain", "echo in", person=person, options=options)
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: the key SHA256:\S+ does not let bob in any more" + why + "\n\\Z")

    def test_when_its_time_is_over(self):
        # Long enough for a login on a busy machine.
        end = datetime.datetime.now() + datetime.timedelta(seconds=8)
        self.certify("brief", "people", "-V", f"-1m:{end:%Y%m%d%H%M%S}")
        options = self.master("brief")
        harness.wait_until(lambda: time.time() > end.timestamp() + 0.1, "the end of the certificate")
        self.assert_no_longer("brief", options, r": the certificate ID 'brief' .*: it has expired at \S+")
        self.assertEqual(self.gateway.wait_for_audit("run.denied", person="bob")["status"], 77)

    def test_when_its_authority_is_taken_away(self):
        self.certify("orphan", "people")
        options = self.master("orphan")
        self.gateway.policy(self.policy([]))
        self.assert_no_longer("orphan", options, "")
        self.gateway.policy(self.policy())
        self.assert_ran(self.ssh("plain", "echo in", person="orphan", options=options), "in\n")

    def test_when_it_is_revoked(self):
        self.certify("revoked", "people", "-z", "99")
        options = self.master("revoked")
        self.gateway.policy(self.policy([self.authority("people", revoked=["serial:99"])]))
        self.assert_no_longer("revoked", options, r": the certificate ID 'revoked' .*: its serial number is revoked")
        self.gateway.policy(self.policy())

    def test_when_its_person_is_taken_away(self):
        self.certify("gone", "people")
        options = self.master("gone")
        path = self.gateway.root / "etc/people/bob.pub"
        text = path.read_text()
        path.unlink()
        self.assert_no_longer("gone", options, r": the certificate ID 'gone' .*: none of its principals is a person's name")
        self.gateway.person("bob", text)


if __name__ == "__main__":
    harness.main()
