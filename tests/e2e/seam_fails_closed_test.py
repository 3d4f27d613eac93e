"""A session that was broken into gets nothing without its client's signature over this very exchange."""

import base64
import os
import time

import paramiko

import harness
from certificates import CertificateTest
from fakesession import FakeSession

ID, OTHER_ID = b"\1" * 32, b"\2" * 32


class SeamFailsClosed(harness.GatewayTest):
    def session(self, exchanged=True):
        session = FakeSession(self.gateway.root, self.gateway.host_keys()[0])
        self.addCleanup(session.close)
        if exchanged:
            self.assertEqual(session.exchange(ID)["type"], "signature")
        return session

    def key(self, person="alice"):
        return self.client.key(person)

    def assert_nothing(self, session):
        """Whatever it asks now, nothing runs."""
        started = len(self.gateway.audit("run.started"))
        answer = session.start()
        self.assertIsNone(answer)
        self.assertEqual(len(self.gateway.audit("run.started")), started)
        self.assert_ran(self.ssh("plain", "true"), "")

    def test_the_way_it_is_meant_to_be(self):
        session = self.session()
        self.assertTrue(session.verify(self.key(), ID)["accepted"])
        self.assertEqual(session.start("run:explain true")["type"], "answer")

    def test_a_start_without_any_exchange(self):
        self.assert_nothing(self.session(exchanged=False))

    def test_a_start_without_a_signature(self):
        self.assert_nothing(self.session())

    def test_a_signature_before_any_exchange(self):
        session = self.session(exchanged=False)
        self.assertIsNone(session.verify(self.key(), ID))

    def test_a_probe_is_no_signature(self):
        session = self.session()
        blob = paramiko.Ed25519Key.from_private_key_file(str(self.key())).asbytes()
        self.assertTrue(session.ask("probe", user="plain", key=blob)["accepted"])
        self.assert_nothing(session)

    def test_a_signature_over_another_session_id(self):
        session = self.session()
        self.assertFalse(session.verify(self.key(), OTHER_ID)["accepted"])
        self.assert_nothing(session)

    def test_before_the_login_one_exchange_is_signed(self):
        session = self.session()
        self.assertIsNone(session.exchange(OTHER_ID))
        self.assertIsNone(session.verify(self.key(), ID))
        self.assert_ran(self.ssh("plain", "true"), "")

    def test_after_the_login_exchanges_are_signed_at_a_pace(self):
        session = self.session()
        self.assertTrue(session.verify(self.key(), ID)["accepted"])
        begun = time.monotonic()
        for _ in range(150):
            self.assertEqual(session.exchange(OTHER_ID)["type"], "signature")
        self.assertGreater(time.monotonic() - begun, 0.9)  # 100 at once, and one each 20 ms

    def test_another_keys_signature(self):
        session = self.session()
        alice = paramiko.Ed25519Key.from_private_key_file(str(self.key())).asbytes()
        self.assertFalse(session.verify(self.key("carol"), ID, public_key=alice)["accepted"])
        self.assert_nothing(session)

    def test_a_key_of_nobody(self):
        self.make_key("nobody")
        session = self.session()
        self.assertFalse(session.verify(self.key("nobody"), ID)["accepted"])
        self.assert_nothing(session)

    def test_signed_data_that_was_changed(self):
        for tamper in (lambda data: data.replace(b"plain", b"other"), lambda data: data + b"x", lambda data: data[:-1],
                       lambda data: b"", lambda data: data.replace(b"\x32", b"\x33", 1)):
            session = self.session()
            self.assertFalse(session.verify(self.key(), ID, tamper=tamper)["accepted"])
            self.assert_nothing(session)

    def test_more_failures_than_the_bound_end_the_connection(self):
        session = self.session()
        for _ in range(5):
            self.assertEqual(session.verify(self.key("carol"), OTHER_ID),
                             {"type": "verdict", "accepted": False, "disconnect": False})
        self.assertEqual(session.verify(self.key("carol"), OTHER_ID),
                         {"type": "verdict", "accepted": False, "disconnect": True})
        self.assertIsNone(session.verify(self.key(), ID))

    def test_what_is_no_request_ends_the_connection(self):
        for packet in (b"{}", b"[]", b"\0", b"x" * 65536, b'{"type":"request","person":"alice"}', b'{"type":1}',
                       b'{"type":"start"}', b'{"type":"verify"}', b"[" * 60000,
                       b'{"type":"sign-exchange","host_key":"x","algorithm":"y","hash":"z"}'):
            with self.subTest(packet=packet[:60]):
                self.assertIsNone(self.session().ask_raw(packet))
        self.assert_ran(self.ssh("plain", "true"), "")

    @harness.unittest.skipUnless(harness.ROOT, "needs users")
    def test_the_broker_hears_nobody_but_the_gateways_user(self):
        child = os.fork()
        if child == 0:
            try:
                os.setuid(65534)
                FakeSession(self.gateway.root, self.gateway.host_keys()[0])
            except OSError:
                os._exit(0)
            os._exit(1)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)


class CertificatesFailClosed(CertificateTest):
    ALGORITHM = "ssh-ed25519-cert-v01@openssh.com"

    def session(self):
        session = FakeSession(self.gateway.root, self.gateway.host_keys()[0])
        self.addCleanup(session.close)
        self.assertEqual(session.exchange(ID)["type"], "signature")
        return session

    def certificate(self, name):
        return base64.b64decode((self.directory / f"keys/{name}-cert.pub").read_text().split()[1])

    def assert_refused_in_session(self, signer, certificate, **claim):
        started = len(self.gateway.audit("run.started"))
        session = self.session()
        algorithm = claim.pop("algorithm", self.ALGORITHM)
        verdict = session.verify(self.client.key(signer), ID, public_key=certificate, algorithm=algorithm, **claim)
        self.assertFalse(verdict["accepted"])
        self.assertIsNone(session.start())
        self.assertEqual(len(self.gateway.audit("run.started")), started)

    def test_the_way_it_is_meant_to_be(self):
        self.certify("bobs", "people")
        session = self.session()
        self.assertTrue(session.verify(self.client.key("bobs"), ID, public_key=self.certificate("bobs"),
                                       algorithm=self.ALGORITHM)["accepted"])

    def test_a_signature_of_another_key_than_the_certified_one(self):
        self.certify("bobs", "people")
        for other in ("alice", "ca-people"):
            self.assert_refused_in_session(other, self.certificate("bobs"))

    def test_a_certificate_in_the_place_of_the_one_that_was_signed_for(self):
        self.certify("few", "groups", principals="dev")
        few = self.certificate("few")
        self.certify("more", "groups", principals="ops", key="few", identity="few")
        more = self.certificate("more")
        session = self.session()
        forged = {"public_key": few, "algorithm": self.ALGORITHM}
        # The session claims the one, the client has signed the other; in the message, and in the data too.
        verdict = session.verify(self.client.key("few"), ID, claim=more, **forged)
        self.assertFalse(verdict["accepted"])
        self.assert_refused_in_session("few", more, tamper=lambda data: data.replace(more, few))
        self.assertIsNone(session.start())

    def test_a_certificate_under_another_algorithms_name(self):
        self.certify("bobs", "people")
        for algorithm in ("ssh-ed25519", "ssh-rsa-cert-v01@openssh.com", "rsa-sha2-512-cert-v01@openssh.com"):
            with self.subTest(algorithm=algorithm):
                self.assert_refused_in_session("bobs", self.certificate("bobs"), algorithm=algorithm)

    def test_a_certificate_that_was_changed(self):
        self.certify("bobs", "people", principals="nobody")
        blob = self.certificate("bobs")
        for changed in (blob.replace(b"nobody", b"bob\0\0\0"), blob.replace(b"\0\0\0\6nobody", b"\0\0\0\3bob"),
                        blob[:-1], blob + b"x", blob[:-64] + bytes(64)):
            self.assert_refused_in_session("bobs", changed)

    def test_a_certificate_as_large_as_it_may_be_and_a_command_as_well(self):
        self.certify("large", "people", principals=",".join(["bob", *(f"{n:0>60}" for n in range(110))]))
        self.assertGreater(len(self.certificate("large")), 7000)
        result = self.ssh("plain", "echo " + "x" * 32000, person="large")
        self.assert_ran(result, "x" * 32000 + "\n")


if __name__ == "__main__":
    harness.main()
