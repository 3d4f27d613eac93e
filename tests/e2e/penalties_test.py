"""A source that offends is turned away for a while, and told so: crash, failed signatures, grace, no login."""

import os
import re
import signal

import harness
import processes
import stranger

WORDS = (r"oneoff: connections from your address are refused for \d+ s: "
         r"earlier ones failed to log in; try again after that")


class Penalties(harness.GatewayTest):
    settings = {"login_grace": "1s",
                "penalties": {"crash": "60s", "authfail": "8s", "grace_exceeded": "60s", "noauth": "60s", "least": "5s",
                              "most": "60s", "exempt": ["127.0.0.1", "127.0.1.0/24"]}}

    def ssh_from(self, source):
        return self.ssh("plain", "true", options=("-b", source))

    def wait_for_penalty(self, source, why, seconds=60):
        harness.wait_until(lambda: f"{source}: refused for {seconds} s from now: {why}\n" in self.gateway.stderr(),
                           f"the penalty of {source}")

    def assert_turned_away(self, source):
        result = self.ssh_from(source)
        self.assertEqual((result.status, result.stdout), (255, b""))
        self.assertRegex(result.stderr, rf"\AReceived disconnect from 127\.0\.0\.1 port \d+:12: {WORDS}\r?\n\Z")

    def test_failed_signatures(self):
        stranger.fail_to_sign(self.gateway.port, "127.0.0.2")
        self.wait_for_penalty("127.0.0.2", "refused signatures", 8)
        self.assert_turned_away("127.0.0.2")
        refused = self.gateway.wait_for_audit("connections.refused", source="127.0.0.2")
        self.assertEqual(refused["reasons"], ["penalty"])
        self.assertGreaterEqual(refused["count"], 1)
        self.assertRegex(self.gateway.stderr(), r"\d+ connections from 127\.0\.0\.2 turned away: penalty\n")
        self.assert_ran(self.ssh_from("127.0.0.3"), "")  # nobody else is
        harness.wait_until(lambda: self.ssh_from("127.0.0.2").status == 0, "the penalty to fade")

    def test_a_crash(self):
        with stranger.connect(self.gateway.port, "127.0.0.4") as connection:
            self.assertTrue(connection.recv(1))
            [session] = [pid for pid in processes.descendants(self.gateway.pid)
                         if processes.name(pid) == "oneoff-session"]
            os.kill(session, signal.SIGSEGV)
            stranger.everything(connection)
        self.wait_for_penalty("127.0.0.4", "a session of theirs crashed")
        self.assert_turned_away("127.0.0.4")

    def test_nobody_logged_in_in_time(self):
        with stranger.connect(self.gateway.port, "127.0.0.5") as connection:
            stranger.everything(connection)
        self.wait_for_penalty("127.0.0.5", "no login within login_grace")
        self.assert_turned_away("127.0.0.5")

    def test_leaving_before_login(self):
        with stranger.connect(self.gateway.port, "127.0.0.6") as connection:
            connection.sendall(stranger.BANNER)
            self.assertTrue(connection.recv(1))
        self.wait_for_penalty("127.0.0.6", "connections without a login")
        self.assert_turned_away("127.0.0.6")

    def test_a_raw_client_gets_a_version_line_and_a_disconnect(self):
        with stranger.connect(self.gateway.port, "127.0.0.8") as connection:
            connection.sendall(stranger.BANNER)
        self.wait_for_penalty("127.0.0.8", "connections without a login")
        with stranger.connect(self.gateway.port, "127.0.0.8") as connection:
            self.assertIsNotNone(re.fullmatch(WORDS, stranger.farewell(stranger.everything(connection))))

    def test_the_exempt_are_not_penalised(self):
        for _ in range(3):
            stranger.fail_to_sign(self.gateway.port, "127.0.1.5")
        self.assert_ran(self.ssh_from("127.0.1.5"), "")

    def test_who_logs_in_at_last_is_not_penalised(self):
        self.assert_ran(self.ssh_from("127.0.0.10"), "")
        self.assert_ran(self.ssh_from("127.0.0.10"), "")


if __name__ == "__main__":
    harness.main()
