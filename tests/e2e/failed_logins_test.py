"""A login that fails is in the log with user, key and reason, and on the record; guessing keys is an offence."""

import base64
import hashlib
import re
import socket

import harness
import stranger


class FailedLogins(harness.GatewayTest):
    settings = {"penalties": {"authfail": "1m", "noauth": "0ms", "least": "1m", "exempt": ["127.0.0.1"]}}
    people = ("alice", "bob", "carol", "late", "away")

    @classmethod
    def prepare(cls):
        for person, option in (("late", 'expiry-time="20200101"'), ("away", 'from="192.0.2.0/24"')):
            line = (cls.directory / f"keys/{person}.pub").read_text()
            cls.gateway.person(person, f"{option} {line}")
        cls.make_key("stranger")

    def fingerprint(self, name):
        blob = base64.b64decode((self.directory / f"keys/{name}.pub").read_text().split()[1])
        return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")

    def assert_visible(self, name, owner, reason):
        """That this key's login is refused, in the log and on the record."""
        self.assertEqual(self.ssh("plain", "true", person=name).status, 255)
        key = self.fingerprint(name)

        def found():
            return [record for record in self.gateway.audit("authentications.failed", source="127.0.0.1")
                    if key in record["keys"]]

        record = harness.wait_until(found, "the record")[-1]
        self.assertEqual((record["person"], record["users"]), (owner, ["plain"]))
        self.assertIn(reason, record["reason"])
        of = f" of {owner}" if owner else ""
        self.assertRegex(self.gateway.stderr(), rf"login refused: 'plain' from 127\.0\.0\.1: {re.escape(key)}{of}: ")

    def test_an_unknown_key(self):
        self.assert_visible("stranger", "", "unknown key")

    def test_an_expired_key(self):
        self.assert_visible("late", "late", "the key has expired at 2020-01-01")

    def test_a_key_from_elsewhere(self):
        self.assert_visible("away", "away", 'from="192.0.2.0/24" does not admit 127.0.0.1')

    def test_a_client_that_leaves_during_the_key_exchange(self):
        with stranger.connect(self.gateway.port, "127.0.0.7") as connection:
            connection.sendall(stranger.BANNER)
            self.assertTrue(connection.recv(1))
            connection.shutdown(socket.SHUT_WR)
            stranger.everything(connection)
        harness.wait_until(lambda: "ended before login: the client left" in self.gateway.stderr(), "the line")
        self.assertNotIn("No child processes", self.gateway.stderr())

    def test_six_keys_that_are_refused_are_a_failed_login(self):
        for count, penalised in ((5, False), (6, True)):
            source = f"127.0.0.{count + 10}"
            with self.subTest(count=count):
                names = [f"guess{count}-{number}" for number in range(count)]
                self.assertEqual(self.offer(names, source).status, 255)
                record = self.gateway.wait_for_audit("authentications.failed", source=source)
                self.assertEqual((record["count"], record["reason"], len(record["keys"])), (count, "unknown key", 5))
                if penalised:
                    harness.wait_until(lambda: f"{source}: refused for 60 s from now" in self.gateway.stderr(),
                                       "the penalty")
                else:
                    self.assertNotIn(f"{source}: refused for", self.gateway.stderr())

    def test_an_agent_with_many_keys_logs_in_and_is_no_offence(self):
        self.assert_ran(self.offer([f"other{number}" for number in range(12)], "127.0.0.30", "alice"), "")
        self.assertEqual(self.gateway.audit("authentications.failed", source="127.0.0.30"), [])
        self.assertNotIn("127.0.0.30: refused for", self.gateway.stderr())

    def offer(self, names, source, *known):
        """Offers new keys of these names, one after the other, and then the known ones."""
        for name in names:
            self.make_key(name)
        options = [word for name in (*names[1:], *known) for word in ("-i", str(self.client.key(name)))]
        return self.ssh("plain", "true", person=names[0], options=("-b", source, *options))


if __name__ == "__main__":
    harness.main()
