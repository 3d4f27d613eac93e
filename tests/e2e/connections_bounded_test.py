"""Connections of one person, and of one source, are bounded before those of all; a session that asks for nothing ends."""

import harness
import rawssh


class ConnectionsBounded(harness.GatewayTest):
    settings = {"connections_per_person": 2, "connections_per_source": 3, "first_request": "500ms",
                "penalties": {"noauth": "1m", "authfail": "1m", "least": "1m"}}

    def hold(self, person, source):
        """A connection on which the person is logged in."""
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'", person=person, options=("-b", source))
        self.assertEqual(run.stdout.readline(), b"in\n")
        return run

    def end(self, run):
        run.stdin.close()
        self.assertEqual(run.wait(20), 0)

    def assert_turned_away(self, person, source, words):
        started = len(self.gateway.audit("run.started"))
        result = self.ssh("plain", "true", person=person, options=("-b", source))
        self.assertEqual((result.status, result.stdout), (255, b""))
        self.assertIn(words, result.stderr)
        self.assertEqual(len(self.gateway.audit("run.started")), started)

    def test_a_person_and_a_source_are_told_and_others_do_not_notice(self):
        runs = [self.hold("alice", "127.0.0.2"), self.hold("alice", "127.0.0.3")]
        self.assert_turned_away("alice", "127.0.0.4",
                                "oneoff: you are logged in on 2 connections, as many as one person may be; "
                                "end some of them")
        refused = self.gateway.wait_for_audit("connections.refused", source="127.0.0.4")
        self.assertEqual((refused["reasons"], refused["people"]), (["connections_per_person"], ["alice"]))
        self.assertIn("1 connections from 127.0.0.4 turned away: connections_per_person (alice)\n", self.gateway.stderr())
        runs += [self.hold("bob", "127.0.0.2"), self.hold("bob", "127.0.0.2")]
        self.assert_turned_away("carol", "127.0.0.2", "oneoff: people are logged in on 3 connections from your address, "
                                                      "as many as one address may have; end some of them")
        self.assert_ran(self.ssh("plain", "echo in", person="carol", options=("-b", "127.0.0.4")), "in\n")
        for run in runs:
            self.end(run)
        # No offence, and room again.
        harness.wait_until(lambda: self.ssh("plain", "true", options=("-b", "127.0.0.4")).status == 0, "room")

    def test_a_session_that_asks_for_nothing_is_ended_and_told(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.until(channel, "close")
            self.assertEqual(channel.recv_stderr(1000),
                             b"oneoff: this session was ended: it asked for no command and no shell within 1 s\n")
            other = connection.session()
            connection.request(other, "exec", "echo in")
            connection.output(other, b"in\n")
        self.assertIn("a channel was ended unused: it asked for nothing to run\n", self.gateway.stderr())


if __name__ == "__main__":
    harness.main()
