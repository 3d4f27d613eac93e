"""The broker is gone: who comes is told to try again, who is there goes on, and the next broker is found."""

import os
import signal

import harness
import stranger
from cast import Cast

WORDS = "oneoff: the gateway is being restarted; try again in a moment"


class BrokerAway(harness.GatewayTest):
    def test_new_connections_are_told_so_and_running_sessions_go_on(self):
        cast = Cast(self.gateway)
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'")
        self.assertEqual(run.stdout.readline(), b"in\n")
        os.kill(cast.serve, signal.SIGSTOP)  # it would start the next broker
        try:
            os.kill(cast.broker, signal.SIGKILL)
            harness.wait_until(lambda: self.told() == WORDS, "to be told")
            result = self.ssh("plain", "true")
            self.assertEqual((result.status, result.stdout), (255, b""))
            self.assertRegex(result.stderr, rf"\AReceived disconnect from 127\.0\.0\.1 port \d+:12: {WORDS}\r?\n\Z")
            run.stdin.write(b"still here\n")
            run.stdin.flush()
            self.assertEqual(run.stdout.readline(), b"still here\n")
        finally:
            os.kill(cast.serve, signal.SIGCONT)
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "the next broker")
        run.stdin.write(b"and here\n")
        run.stdin.close()
        self.assertEqual((run.stdout.read(), run.wait(20)), (b"and here\n", 0))
        self.assertEqual(self.gateway.wait_for_audit("connections.refused")["reasons"], ["broker away"])

    def told(self):
        with stranger.connect(self.gateway.port) as connection:
            connection.sendall(stranger.BANNER)
            said = connection.recv(4096)
            return stranger.farewell(said) if len(said) > 30 else None


if __name__ == "__main__":
    harness.main()
