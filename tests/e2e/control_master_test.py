"""Sessions share a connection as the settings allow; one that is over frees its place at once."""

import os
import signal

import paramiko

import harness
import rawssh
from cast import Cast


class MasterTest(harness.GatewayTest):
    def setUp(self):
        self._before = len(self.gateway.audit("authenticated"))

    def start_master(self):
        """A master in the background; the options of those that share it."""
        options = ("-o", "ControlMaster=auto", "-o", f"ControlPath={self.directory}/master",
                   "-o", "ControlPersist=60")
        self.assert_ran(self.ssh("plain", "true", options=options), "")
        self.addCleanup(self.ssh, "plain", options=(*options, "-O", "exit"))
        return options

    def test_it_ends_with_its_monitor_once_nothing_runs_on_it(self):
        """A gateway that was restarted leaves connections without a monitor: no more can start on them."""
        options = self.start_master()
        [cat] = self.start_cats(1, options)
        os.kill(Cast(self.gateway).monitor(), signal.SIGKILL)
        cat.stdin.write(b"goes on\n")
        cat.stdin.close()
        self.assertEqual((cat.stdout.read(), cat.wait(20)), (b"goes on\n", 0))
        harness.wait_until(lambda: not (self.directory / "master").exists(), "the master to end")
        self.assert_ran(self.ssh("plain", "echo anew", options=options), "anew\n")

    def start_cats(self, count, options):
        started = [self.start_ssh("plain", "sh -c 'echo ready; cat'", options=options) for _ in range(count)]
        for process in started:
            self.assertEqual(process.stdout.readline(), b"ready\n")
        return started

    def finish(self, started):
        for number, process in enumerate(started):
            out, err = process.communicate(b"%d" % number, timeout=30)
            self.assertEqual((process.returncode, out, err), (0, b"%d" % number, b""))

    def logins(self):
        return len(self.gateway.audit("authenticated")) - self._before


class FiftySessions(MasterTest):
    settings = {"channels": 50, "runs_per_person": 50}
    app = {"limits": {"runs": 50, "runs_per_person": 50}}

    def test_fifty_run_at_once_where_that_is_allowed(self):
        options = self.start_master()
        self.finish(self.start_cats(50, options))
        self.assertEqual(self.logins(), 1)


class TenSessions(MasterTest):
    app = {"limits": {"runs": 20, "runs_per_person": 20}}

    def test_ten_run_at_once_by_default_and_the_eleventh_logs_in_for_itself(self):
        options = self.start_master()
        started = self.start_cats(10, options)
        self.assertEqual(self.logins(), 1)
        # Refused a session, the client does without the master.
        eleventh = self.ssh("plain", "echo alive", options=options)
        self.assertEqual((eleventh.status, eleventh.stdout), (0, b"alive\n"))
        self.assertEqual(self.logins(), 2)
        self.finish(started)
        self.assert_ran(self.ssh("plain", "echo again", options=options), "again\n")
        self.assertEqual(self.logins(), 2)

    def test_a_client_that_never_closes_gets_its_places_back(self):
        with rawssh.connect(self.client, "plain") as connection:
            connection.never_close()
            for number in range(40):
                channel = connection.session()
                connection.request(channel, "exec", f"sh -c 'cat; exit {number}'")
                connection.until(channel, "success")
                connection.eof(channel)
                connection.until(channel, "close")
                self.assertIn(f"exit-status {number}", connection.said(channel))

    def test_places_of_the_living_are_not_given_away(self):
        with rawssh.connect(self.client, "plain") as connection:
            held = [connection.session() for _ in range(10)]
            for channel in held:
                connection.request(channel, "exec", "cat")
            with self.assertRaises(paramiko.ChannelException) as refused:
                connection.session()
            self.assertEqual(refused.exception.code, 1)  # administratively prohibited


if __name__ == "__main__":
    harness.main()
