"""Health probes: a connection that leaves without a byte is no failure, and nobody has to read of it."""

import harness
import processes
import stranger


class Probes(harness.GatewayTest):
    settings = {"penalties": {"noauth": "1m", "authfail": "1m", "grace_exceeded": "1m", "crash": "1m", "least": "1m"}}

    def children(self):
        return [pid for pid in processes.descendants(self.gateway.pid)
                if processes.name(pid) == "oneoff-session"]

    def test_they_cost_nothing_and_count_as_nothing(self):
        before = self.gateway.stderr()
        for index in range(60):
            connection = stranger.connect(self.gateway.port, "127.0.0.2")
            if index % 3 == 1:
                self.assertEqual(connection.recv(4), b"SSH-")  # some want to see who is there
            if index % 3 == 2:
                connection.setsockopt(stranger.socket.SOL_SOCKET, stranger.socket.SO_LINGER,
                                      b"\1\0\0\0\0\0\0\0")  # some leave with a reset
            connection.close()
        harness.wait_until(lambda: not self.children(), "the probes' processes to end")
        self.assertEqual(self.gateway.stderr(), before)
        self.assert_ran(self.ssh("plain", "true", options=("-b", "127.0.0.2")), "")
        self.assertEqual(self.gateway.audit("connections.refused") + self.gateway.audit("authentications.failed"), [])


if __name__ == "__main__":
    harness.main()
