"""New keys are agreed on by bytes and by time, whoever asks for it, and nothing of what passes meanwhile is lost."""

import hashlib
import re

import harness

MIB = 1 << 20


def exchanges(result):
    """How often keys were agreed on, as the client tells."""
    return len(re.findall("SSH2_MSG_NEWKEYS received", result.stderr))


class Rekey(harness.GatewayTest):
    settings = {"rekey": {"bytes": "2M", "time": "1s"}}

    def test_by_bytes_on_the_way_down(self):
        result = self.ssh("plain", f"head -c {20 * MIB} /dev/zero", options=("-v",))
        self.assertEqual(result.status, 0)
        self.assertEqual(hashlib.sha256(result.stdout).digest(), hashlib.sha256(bytes(20 * MIB)).digest())
        self.assertGreaterEqual(exchanges(result), 5)

    def test_by_bytes_on_the_way_up(self):
        result = self.ssh("plain", "sha256sum", options=("-v",), stdin=bytes(20 * MIB))
        self.assertEqual(result.stdout.split()[0].decode(), hashlib.sha256(bytes(20 * MIB)).hexdigest())
        self.assertGreaterEqual(exchanges(result), 5)

    def test_by_both_sides_at_once(self):
        result = self.ssh("plain", "cat", options=("-v", "-o", "RekeyLimit=1M"), stdin=bytes(range(256)) * 64 * 1024)
        self.assertEqual((result.status, result.stdout == bytes(range(256)) * 64 * 1024), (0, True))
        self.assertGreaterEqual(exchanges(result), 5)


class RekeySilent(harness.GatewayTest):
    # Whether it is time is seen when a packet passes: here, the keepalive.
    settings = {"rekey": {"bytes": "2M", "time": "1s"}, "keepalive": "200ms", "lost_after": "20s"}

    def test_by_time_on_a_connection_that_is_silent(self):
        result = self.ssh("plain", "sleep 3", options=("-v",))
        self.assertEqual(result.status, 0)
        self.assertGreaterEqual(exchanges(result), 2)


if __name__ == "__main__":
    harness.main()
