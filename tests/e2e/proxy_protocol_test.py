"""Behind a load balancer that says who the client is, that client is the source in all that is judged and recorded."""

import ipaddress
import re
import struct

import paramiko

import harness
import rawssh
import stranger

BALANCER = "127.0.0.9"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL = SIGNATURE + b"\x20\0\0\0"


def header(client, port=4000, behind=b""):
    source = ipaddress.ip_address(client)
    addresses = source.packed + bytes(len(source.packed)) + struct.pack(">HH", port, 22) + behind
    family = 0x11 if source.version == 4 else 0x21
    return SIGNATURE + bytes([0x21, family]) + struct.pack(">H", len(addresses)) + addresses


class Behind:
    """A gateway behind the balancer."""
    people = ("alice", "bob", "carol", "placed")
    settings = {"proxy_protocol": {"from": [BALANCER]},
                "penalties": {"authfail": "1m", "grace_exceeded": "1m", "noauth": "1m", "least": "1m"}}

    @classmethod
    def prepare(cls):
        key = (cls.directory / "keys/placed.pub").read_text()
        cls.gateway.person("placed", f'from="192.0.2.0/24" {key}')
        cls.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}]})

    def connect(self, first, source=BALANCER):
        connection = stranger.connect(self.gateway.port, source)
        self.addCleanup(connection.close)
        connection.sendall(first)
        return connection

    def log_in(self, first, person="alice"):
        """Logs in behind `first`, which is sent in pieces."""
        connection = stranger.connect(self.gateway.port, BALANCER)
        for at in range(0, len(first), 7):
            connection.sendall(first[at:at + 7])
        transport = rawssh.Connection(connection)
        self.addCleanup(transport.close)
        transport.start_client(timeout=20)
        transport.auth_publickey("plain", paramiko.Ed25519Key.from_private_key_file(str(self.client.key(person))))


class ProxyProtocol(Behind, harness.GatewayTest):
    def test_the_client_is_the_source(self):
        for number, client in enumerate(("192.0.2.7", "2001:db8::7", "198.51.100.7")):
            with self.subTest(client=client):
                self.log_in(header(client, behind=b"\4\0\1x" * number))
                self.gateway.wait_for_audit("authenticated", source=client)

    def test_from_of_a_key_is_about_the_client(self):
        self.log_in(header("192.0.2.8"), person="placed")
        with self.assertRaises(paramiko.AuthenticationException):
            self.log_in(header("198.51.100.8"), person="placed")

    def test_a_penalty_is_the_clients(self):
        with self.connect(header("192.0.2.9") + stranger.BANNER) as connection:
            self.assertTrue(connection.recv(1))
        harness.wait_until(lambda: "192.0.2.9: refused for 60 s from now" in self.gateway.stderr(), "the penalty")
        said = stranger.farewell(stranger.everything(self.connect(header("192.0.2.9"))))
        self.assertRegex(said, r"\Aoneoff: connections from your address are refused for \d+ s: ")
        self.gateway.wait_for_audit("connections.refused", source="192.0.2.9")
        self.log_in(header("192.0.2.10"))

    def test_the_balancer_has_to_send_one(self):
        for first, why in ((stranger.BANNER, "this is no PROXY protocol header of version 2"),
                           (b"PROXY TCP4 192.0.2.7 192.0.2.1 1 22\r\n", "let the balancer send version 2"),
                           (SIGNATURE + b"\x21\x11\xff\xff", "a header of 65551 bytes"),
                           (header("192.0.2.7").replace(b"\x21\x11", b"\x21\x12"), "the header names no TCP client")):
            with self.subTest(why=why):
                said = stranger.farewell(stranger.everything(self.connect(first)))
                self.assertEqual(said, "oneoff: a PROXY protocol header of version 2 was expected, "
                                       "as from a load balancer")
                self.assertRegex(self.gateway.stderr(), rf"127\.0\.0\.9:\d+: PROXY protocol: [^\n]*{re.escape(why)}\n")
        self.log_in(header("192.0.2.11"))  # it is not penalised itself

    def test_from_anybody_else_a_header_is_none(self):
        said = stranger.everything(self.connect(header("192.0.2.12"), "127.0.0.8"))
        self.assertIsNone(stranger.farewell(said))  # served, as somebody who speaks no SSH
        harness.wait_until(lambda: "127.0.0.8: refused for 60 s" in self.gateway.stderr(), "its own penalty")


class LastPlace(Behind, harness.GatewayTest):
    settings = {"proxy_protocol": {"from": [BALANCER]}, "max_connections": 1}

    def test_a_connection_counts_once(self):
        self.log_in(header("192.0.2.7"))
        self.gateway.wait_for_audit("authenticated", source="192.0.2.7")


class Probes(Behind, harness.GatewayTest):
    def test_health_probes_are_nothing(self):
        before = self.gateway.stderr()
        for first in (b"", b"", LOCAL, LOCAL):
            self.connect(first).close()
        for _ in range(2):
            self.assertEqual(self.connect(LOCAL).recv(12), b"SSH-2.0-Open")
        self.log_in(LOCAL)
        self.gateway.wait_for_audit("authenticated", source=BALANCER)
        after = self.gateway.stderr()[len(before):]
        self.assertNotIn("ended before login", after)
        self.assertNotIn("PROXY", after)


class Late(Behind, harness.GatewayTest):
    settings = {**Behind.settings, "login_grace": "1s"}

    def test_a_header_has_to_come_within_the_grace(self):
        said = stranger.farewell(stranger.everything(self.connect(SIGNATURE)))
        self.assertEqual(said, "oneoff: a PROXY protocol header of version 2 was expected, as from a load balancer")
        self.assertIn("PROXY protocol: no header came in time\n", self.gateway.stderr())


if __name__ == "__main__":
    harness.main()
