"""What the gateway's user sends to the broker out of its table ends that connection, is logged, and does nothing."""

import json
import os
import pwd
import socket
import unittest

import harness

TOO_LONG = "x" * 16384


class GatewayTable(harness.GatewayTest):
    def connect(self, hello=True, user=None):
        """A connection as a gateway has it, or as `user`; the kernel notes who connects."""
        end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(end.close)
        end.settimeout(20)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 512 * 1024)
        folder = os.open(self.gateway.root / "run", os.O_PATH)
        if user is not None:
            os.seteuid(user)
        try:
            end.connect(f"/proc/self/fd/{folder}/broker.socket")
        finally:
            os.seteuid(os.getuid())
            os.close(folder)
        if hello:
            self.send(end, "hello", version=1)
            self.assertEqual(json.loads(end.recv(65536))["type"], "hello")
            self.assertEqual(json.loads(end.recv(65536))["type"], "settings")
        return end

    @staticmethod
    def send(end, kind, descriptors=0, **members):
        pipe = os.pipe()
        try:
            socket.send_fds(end, [json.dumps({"type": kind, **members}).encode()], [pipe[1]] * descriptors)
        finally:
            os.close(pipe[0])
            os.close(pipe[1])

    def assert_ended(self, end, why):
        said = end.recv(65536)
        self.assertEqual(said, b"")
        harness.wait_until(lambda: f"gateway: {why}\n" in self.gateway.stderr(), why)
        self.assert_ran(self.ssh("plain", "true"), "")

    def test_what_comes_before_the_hello(self):
        for kind, descriptors, members in (
                ("connection", 1, {"address": "192.0.2.1", "port": 1}),
                ("refused", 0, {"source": "192.0.2.1", "count": 1, "first": "", "last": "", "reasons": ["forged"]}),
                ("reexecuted", 0, {"crashes": 77, "sources": []})):
            with self.subTest(message=kind):
                end = self.connect(hello=False)
                self.send(end, kind, descriptors, **members)
                self.assert_ended(end, f'a message "{kind}" out of phase')
        for event, member, forged in (("connections.refused", "reasons", ["forged"]), ("gateway.reexecuted", "crashes", 77)):
            self.assertFalse([record for record in self.gateway.audit(event) if record[member] == forged])

    def test_what_comes_after_it(self):
        for kind, descriptors, members in (("hello", 0, {"version": 1}), ("reload", 1, {"by": "a test"}),
                                           ("prune", 1, {"by": "a test"})):
            with self.subTest(message=kind):
                end = self.connect()
                self.send(end, kind, descriptors, **members)
                self.assert_ended(end, f'a message "{kind}" out of phase')

    @unittest.skipUnless(harness.ROOT, "as one uid, the gateway's user is the operator")
    def test_what_only_an_operator_may_send(self):
        user = pwd.getpwnam("oneoff-gateway").pw_uid
        for kind in ("reload", "prune"):
            with self.subTest(message=kind):
                end = self.connect(hello=False, user=user)
                self.send(end, kind, 1, by="a test")
                self.assert_ended(end, f'a message "{kind}" that only an operator may send')
        self.assertFalse(self.gateway.audit("recordings.pruned", by="a test"))

    @unittest.skipUnless(harness.ROOT, "as one uid there is no other user")
    def test_another_user_is_not_heard_at_all(self):
        path = self.gateway.root / "run/broker.socket"
        for each in (path, path.parent, path.parent.parent):  # the files' modes do not decide alone
            mode = each.stat().st_mode
            each.chmod(0o777)
            self.addCleanup(each.chmod, mode & 0o7777)
        end = self.connect(hello=False, user=pwd.getpwnam("games").pw_uid)
        with self.assertRaises((BrokenPipeError, ConnectionResetError)):
            self.send(end, "hello", version=1)
            if not end.recv(65536):
                raise BrokenPipeError
        games = pwd.getpwnam("games").pw_uid
        harness.wait_until(lambda: f"a process of user {games} asked for the broker" in self.gateway.stderr(), "the log")

    def test_too_few_and_too_many_descriptors(self):
        address = {"address": "192.0.2.1", "port": 1}
        for kind, descriptors, members in (("connection", 0, address), ("connection", 3, address),
                                           ("refused", 1, {"source": "", "count": 1, "first": "", "last": "",
                                                           "reasons": []})):
            with self.subTest(message=kind, descriptors=descriptors):
                end = self.connect()
                self.send(end, kind, descriptors, **members)
                self.assert_ended(end, f'a message "{kind}" with {descriptors} descriptors')
        end = self.connect()
        self.send(end, "connection", 9, **address)
        self.assert_ended(end, "packet with more than 8 descriptors")

    def test_what_is_too_long(self):
        end = self.connect()
        self.send(end, "connection", 1, address="192.0.2.1" + 2000 * " ", port=1)
        packet = len(json.dumps({"type": "connection", "address": "192.0.2.1" + 2000 * " ", "port": 1}))
        self.assert_ended(end, f'a message "connection" of {packet} bytes')
        end = self.connect()
        self.send(end, "refused", source=TOO_LONG, count=1, first="", last="", reasons=[])
        packet = len(json.dumps({"type": "refused", "source": TOO_LONG, "count": 1, "first": "", "last": "",
                                 "reasons": []}))
        self.assert_ended(end, f"a packet of {packet} bytes")
        end = self.connect()
        end.send(b"x" * 262145)  # more than any message between the processes has
        self.assert_ended(end, "packet over its bound")

    def test_what_is_no_message_of_it(self):
        for packet in (b"no JSON", b'{"type":"settings","text":""}'):
            end = self.connect()
            end.send(packet)
            self.assertEqual(end.recv(65536), b"")
        self.assert_ran(self.ssh("plain", "true"), "")

    def test_another_version_is_answered_and_logged_once(self):
        line = "a gateway speaks version 7 of the wire, this broker 1: restart the older of them"
        for _ in range(3):
            end = self.connect(hello=False)
            self.send(end, "hello", version=7)
            self.assertEqual(json.loads(end.recv(65536))["version"], 1)
            self.assertEqual(end.recv(65536), b"")
        self.assertEqual(self.gateway.stderr().count(line), 1)


if __name__ == "__main__":
    harness.main()
