"""A changed gateway.json, or SIGHUP: new bounds for who comes next, over the same sockets; a bad file changes nothing."""

import os
import signal

import paramiko

import harness
import stranger
from cast import Cast

ONE = {"max_startups": {"start": 1, "rate": 100, "full": 1}}


class ReloadBounds(harness.GatewayTest):
    def setUp(self):
        self.said = len(self.gateway.stderr())
        self.gateway.settings()
        self.wait_until_said("loaded")

    def wait_until_said(self, words):
        harness.wait_until(lambda: words in self.gateway.stderr()[self.said:], f"{words!r} in the log")

    def is_turned_away(self):
        """With one connection held that has exchanged keys and does not log in: whether the second is turned away."""
        first = paramiko.Transport(stranger.connect(self.gateway.port))
        try:
            first.start_client(timeout=20)
            with stranger.connect(self.gateway.port) as second:
                return second.recv(16) == b"SSH-2.0-oneoff\r\n"
        except paramiko.SSHException:
            return False
        finally:
            first.close()
            first.join(10)

    def wait_until_turned_away(self):
        """The connections of the last look may still be counted; then it is the first that is turned away."""
        harness.wait_until(self.is_turned_away, "the bound")

    def test_the_bounds_are_those_of_the_file(self):
        cast, port = Cast(self.gateway), self.gateway.port
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'")
        self.assertEqual(run.stdout.readline(), b"in\n")
        self.assertFalse(self.is_turned_away())
        self.gateway.settings(**ONE)
        self.wait_until_turned_away()
        self.gateway.settings()
        harness.wait_until(lambda: not self.is_turned_away(), "the old bound")
        run.stdin.close()
        self.assertEqual(run.wait(20), 0)
        self.assertEqual((Cast(self.gateway).gateway, self.gateway.port), (cast.gateway, port))

    def test_so_are_the_bounds_of_sessions(self):
        self.gateway.settings(login_grace="1s")
        self.wait_until_said("configuration")

        def ends_soon():
            with stranger.connect(self.gateway.port, "127.0.0.1") as connection:
                connection.settimeout(5)
                try:
                    return stranger.everything(connection).startswith(b"SSH-")
                except TimeoutError:
                    return False

        harness.wait_until(ends_soon, "the new grace", 30)

    def test_a_bad_file_changes_nothing_and_says_so(self):
        self.gateway.settings(**ONE)
        self.wait_until_turned_away()
        self.gateway.settings(max_startups={"start": 0})
        self.wait_until_said('"start" is 0, not between 1 and 10000')
        self.wait_until_said("the configuration was not loaded; the one before stays in force")
        self.wait_until_turned_away()

    def test_sighup_reads_it_again(self):
        self.gateway.settings(**ONE)
        self.wait_until_turned_away()
        loaded = self.gateway.stderr().count(" loaded")
        cast = Cast(self.gateway)
        os.kill(cast.gateway, signal.SIGHUP)  # the gateway has nothing to read: it goes on
        os.kill(cast.serve, signal.SIGHUP)
        harness.wait_until(lambda: self.gateway.stderr().count(" loaded") > loaded, "the configuration to be read")
        self.wait_until_turned_away()

    def test_what_counts_from_the_next_start_is_said(self):
        self.gateway.settings(listen=["127.0.0.1:0", "[::1]:0"])
        self.wait_until_said('the change of "listen" takes effect at the next start')
        self.assert_ran(self.ssh("plain", "true"), "")


if __name__ == "__main__":
    harness.main()
