"""5,000 connections that say nothing, half a banner or half a key exchange: bounded, and others are served."""

import resource
import struct

import harness
import processes
import stranger
from cast import Cast

CONNECTIONS = 5000
HALF_A_KEY_EXCHANGE = stranger.BANNER + struct.pack(">IB", 1000, 6) + b"\x14" + bytes(16) + b"\0\0\0\x20curve"
WAYS = (b"", b"SSH-2.0-Open", HALF_A_KEY_EXCHANGE)


class Flood(harness.GatewayTest):
    settings = {"login_grace": "4s", "penalties": {"exempt": ["127.0.0.1"], "grace_exceeded": "1m", "noauth": "0ms"}}

    @classmethod
    def prepare(cls):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < CONNECTIONS + 200:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, CONNECTIONS + 200), hard))

    def setUp(self):
        self.cast = Cast(self.gateway)
        self.descriptors = len(processes.descriptors(self.cast.gateway))

    def sessions(self):
        return [pid for pid in processes.descendants(self.cast.gateway) if not processes.is_zombie(pid)]

    def open(self, sources):
        held = []
        for index in range(CONNECTIONS):
            connection = stranger.connect(self.gateway.port, sources[index % len(sources)])
            held.append(connection)
            try:
                connection.sendall(WAYS[index % len(WAYS)])
            except OSError:
                pass  # turned away already
        return held

    def assert_bounded(self, places):
        # Up to 32 are turned out and have not ended yet.
        self.assertLessEqual(len(self.sessions()), places + 32)
        self.assertLess(processes.memory_kib(self.cast.gateway, "VmRSS"), (256 if harness.SANITIZED else 64) << 10)
        # Four a session: its process, its monitor's words, its log and, until keys are exchanged, its client. Others
        # are 64 that are being told why they go, and two each of those that are ended and not yet reaped.
        self.assertLess(len(processes.descriptors(self.cast.gateway)), self.descriptors + 5 * places + 64 + 100)

    def assert_all_is_freed(self, held):
        for connection in held:
            connection.close()
        harness.wait_until(lambda: not self.sessions(), "the sessions to end")
        harness.wait_until(lambda: len(processes.descriptors(self.cast.gateway)) <= self.descriptors,
                           "the descriptors to be closed")

    def test_from_one_source_others_do_not_notice(self):
        held = self.open(["127.0.0.2"])
        self.assert_bounded(40)
        for _ in range(3):
            self.assert_ran(self.ssh("plain", "true"), "")
        self.assert_all_is_freed(held)
        refused = self.gateway.audit("connections.refused", source="127.0.0.2")
        self.assertLessEqual(len(refused), 3)

    def test_from_many_sources_the_grace_ends_it(self):
        held = self.open([f"127.0.1.{number}" for number in range(1, 61)])
        self.assert_bounded(200)
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "to be served", 60)
        self.assert_all_is_freed(held)


if __name__ == "__main__":
    harness.main()
