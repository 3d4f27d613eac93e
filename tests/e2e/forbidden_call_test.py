"""A session that does what its seccomp filter forbids dies of it: its run is a lost line, its source is penalised."""

import os
import signal
import unittest

import harness
import injection
from cast import Cast


class ForbiddenCall(harness.GatewayTest):
    settings = {"penalties": {"crash": "60s", "least": "5s", "exempt": ["127.0.0.1"]}, "term_after": "300ms"}

    def break_in(self, source, attack):
        """A run of a client at `source` whose session is attacked; its end as it was recorded."""
        command = f"sh -c 'echo in; sleep 300; : {source}'"
        client = self.start_ssh("plain", command, options=("-b", source))
        self.assertEqual(client.stdout.readline(), b"in\n")
        run = self.gateway.wait_for_audit("run.started", command=command)["run"]
        attack(Cast(self.gateway).session())
        self.assertEqual(client.wait(20), 255)
        return self.gateway.wait_for_audit("run.ended", run=run)

    def assert_penalised(self, source):
        said = f"{source}: refused for 60 s from now: a session of theirs crashed\n"
        harness.wait_until(lambda: said in self.gateway.stderr(), "the penalty")
        self.assertRegex(self.gateway.stderr(),
                         rf"{source}[^\n]*: its session was killed by signal {signal.SIGSYS.value}\n")
        refused = self.ssh("plain", "true", options=("-b", source))
        self.assertEqual(refused.status, 255)
        self.assertIn("oneoff: connections from your address are refused for ", refused.stderr)
        self.assert_ran(self.ssh("plain", "true"), "")  # nobody else is

    @unittest.skipUnless(injection.possible, "needs root, and an x86-64")
    def test_a_socket_is_one_thing_too_many(self):
        ended = self.break_in("127.0.0.2", injection.open_a_socket)
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))
        self.assert_penalised("127.0.0.2")
        self.assertEqual(self.gateway.wait_for_audit("connections.refused")["reasons"], ["penalty"])
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    @unittest.skipUnless(injection.possible, "needs root, and an x86-64")
    def test_a_connection_that_is_shut_down_is_one_thing_too_many(self):
        ended = self.break_in("127.0.0.4", lambda session: injection.shut_down(session, 2))
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))
        self.assert_penalised("127.0.0.4")

    def test_the_signal_of_a_filter_is_a_crash(self):
        ended = self.break_in("127.0.0.3", lambda session: os.kill(session, signal.SIGSYS))
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))
        self.assert_penalised("127.0.0.3")


if __name__ == "__main__":
    harness.main()
