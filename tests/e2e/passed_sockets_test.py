"""Sockets that a service manager passes (sd_listen_fds): what is passed and is none is said."""

import socket
import subprocess
import tempfile
import unittest

import harness
from gateway import BUILD


class PassedSockets(unittest.TestCase):
    def started_with(self, passed, pid="$$"):
        """The gateway's own words, started with `passed` as descriptor 3."""
        with tempfile.TemporaryDirectory() as root:
            command = f'LISTEN_FDS=1 LISTEN_PID={pid} exec "$0" --root "$1" 3<&{passed.fileno()}'
            return subprocess.run(["bash", "-c", command, BUILD / "oneoff-gateway", root], check=False, text=True,
                                  pass_fds=[passed.fileno()], capture_output=True, timeout=60)

    def test_what_does_not_listen_is_refused(self):
        with socket.socket() as connected_to_nobody, open("/dev/null", encoding="ascii") as null:
            for passed in (connected_to_nobody, null):
                result = self.started_with(passed)
                self.assertEqual((result.returncode, result.stderr),
                                 (78, "oneoff-gateway: a descriptor of LISTEN_FDS is no listening socket\n"))

    def test_datagram_sockets_are_refused(self):
        with socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            self.assertEqual(self.started_with(datagrams).returncode, 78)


if __name__ == "__main__":
    harness.main()
