"""A connection on which nothing runs may be silent for longer than one on which something does."""

import harness
import rawssh
from waiting import wait_until


class Idle(harness.GatewayTest):
    settings = {"keepalive": "100ms", "lost_after": "400ms"}

    def connect(self, kind):
        connection = rawssh.connect(self.client, "plain", person="bob", kind=kind)
        self.addCleanup(connection.close)
        return connection

    def run_echo(self, connection):
        channel = connection.session()
        connection.request(channel, "exec", "echo served")
        self.assertEqual(connection.output(channel, b"served\n"), b"served\n")
        connection.until(channel, "close")

    def assert_lost_while_something_runs(self, connection, command="sleep 300"):
        channel = connection.session()  # Paramiko closes a channel that is held no more
        connection.request(channel, "exec", command)
        run = self.gateway.wait_for_audit("run.started", command=command)["run"]
        wait_until(lambda: not connection.is_active(), "the connection to be ended")
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], "lost_line")

    def test_a_client_that_answers_nothing_while_it_is_idle_is_served_on(self):
        fresh, used = self.connect(rawssh.Silent), self.connect(rawssh.Silent)
        self.run_echo(used)
        self.assert_lost_while_something_runs(self.connect(rawssh.Silent))
        self.run_echo(fresh)
        self.run_echo(used)
        # And the bound is a run's again.
        self.assert_lost_while_something_runs(used, "sleep 301")

    def test_a_client_that_answers_is_not_ended_whatever_runs(self):
        idle, busy = self.connect(rawssh.Connection), self.connect(rawssh.Connection)
        channel = busy.session()
        busy.request(channel, "exec", "sh -c 'read line; echo served'")
        busy.until(channel, "success")
        self.assert_lost_while_something_runs(self.connect(rawssh.Silent), "sleep 302")
        self.run_echo(idle)
        channel.sendall(b"\n")
        busy.output(channel, b"served\n")


class IdleBound(harness.GatewayTest):
    settings = {"keepalive": "50ms", "lost_after": "100ms", "idle_lost_after": "600ms"}

    def test_it_is_ended_in_the_end(self):
        answers = rawssh.connect(self.client, "plain", person="bob")
        self.addCleanup(answers.close)
        silent = rawssh.connect(self.client, "plain", person="bob", kind=rawssh.Silent)
        self.addCleanup(silent.close)
        self.assertEqual(silent.goodbye(), "oneoff: no sign of life")
        self.assertTrue(answers.is_active())


if __name__ == "__main__":
    harness.main()
