"""Connections that nobody has logged in on are bounded, in all and of one source; whoever has logged in is not."""

import paramiko

import harness
import stranger


class Startups(harness.GatewayTest):
    settings = {"max_startups": {"start": 4, "rate": 100, "full": 4}, "per_source": 3,
                "penalties": {"exempt": ["127.0.0.0/8"]}}

    def setUp(self):
        stranger.wait_for_no_sessions(self.gateway)

    def hold(self, count, source):
        """So many connections that have exchanged keys and do not log in."""
        held = []
        for _ in range(count):
            transport = paramiko.Transport(stranger.connect(self.gateway.port, source))
            self.addCleanup(transport.close)
            transport.start_client(timeout=20)
            held.append(transport)
        return held

    def ssh_from(self, source):
        return self.ssh("plain", "true", options=("-b", source))

    def assert_is_let_in_after(self, held, source):
        for connection in held:
            connection.close()
        harness.wait_until(lambda: self.ssh_from(source).status == 0, "room")

    def test_one_source_is_bounded(self):
        held = self.hold(3, "127.0.0.2")
        with stranger.connect(self.gateway.port, "127.0.0.2") as connection:
            self.assertEqual(stranger.farewell(stranger.everything(connection)),
                             "oneoff: too many connections are being made from your address right now; try again")
        self.assert_ran(self.ssh_from("127.0.0.3"), "")
        self.assertEqual(self.gateway.wait_for_audit("connections.refused", source="127.0.0.2")["reasons"],
                         ["per_source"])
        self.assert_is_let_in_after(held, "127.0.0.2")

    def test_all_together_are_bounded(self):
        # A source with fewer than the others would get the place of one of theirs (e2e.held_logins).
        held = self.hold(2, "127.0.0.6") + self.hold(2, "127.0.0.7")
        result = self.ssh_from("127.0.0.7")
        self.assertEqual((result.status, result.stdout), (255, b""))
        self.assertIn("oneoff: too many connections are being made right now; try again", result.stderr)
        self.assertEqual(self.gateway.wait_for_audit("connections.refused", source="127.0.0.7")["reasons"],
                         ["max_startups"])
        self.assert_is_let_in_after(held, "127.0.0.7")

    def test_who_is_logged_in_takes_no_place(self):
        runs = [self.start_ssh("plain", "sh -c 'echo in; exec cat'", options=("-b", "127.0.0.5")) for _ in range(3)]
        for run in runs:
            self.assertEqual(run.stdout.readline(), b"in\n")
        self.assert_ran(self.ssh_from("127.0.0.5"), "")


class Connections(harness.GatewayTest):
    settings = {"max_connections": 1, "penalties": {"exempt": ["127.0.0.0/8"]}}

    def test_in_all_they_are_bounded_too(self):
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'")
        self.assertEqual(run.stdout.readline(), b"in\n")
        result = self.ssh("plain", "true")
        self.assertEqual(result.status, 255)
        self.assertIn("oneoff: the gateway has as many connections as it may have; try again later", result.stderr)
        run.stdin.close()
        self.assertEqual(run.wait(20), 0)
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "room")


if __name__ == "__main__":
    harness.main()
