"""`oneoff drain`: nobody new, those who are there to their end, and then the end of the service with 0."""

import os
import signal
import subprocess
import unittest

import harness
import local_callers
import processes
from cast import Cast


class DrainTest(harness.GatewayTest):
    settings = {"drain": "1h"}

    def setUp(self):
        if not self.gateway.running:
            self.start_gateway()

    def start_drain(self):
        drain = subprocess.Popen([harness.ONEOFF, "--root", self.gateway.root, "drain"], stderr=subprocess.PIPE, text=True)
        self.addCleanup(self._end, drain)
        self.assertRegex(drain.stderr.readline(),
                         r"\Aoneoff: no new connection is accepted; waiting for the last session and run to end ")
        return drain

    def assert_in(self, run):
        self.assertEqual(run.stdout.readline(), b"in\n")
        return run


class Drain(DrainTest):
    def setUp(self):
        super().setUp()
        self.run_ = self.assert_in(self.start_ssh("plain", "sh -c 'echo in; cat'"))

    def refused(self):
        result = self.ssh("plain", "true")
        return result.status == 255 and "Connection refused" in result.stderr

    def test_it_waits_for_the_last_session(self):
        drain = self.start_drain()
        harness.wait_until(self.refused, "to be refused")
        self.assertIsNone(drain.poll())
        self.run_.stdin.write(b"still here\n")
        self.run_.stdin.close()
        self.assertEqual((self.run_.stdout.read(), self.run_.wait(20)), (b"still here\n", 0))
        self.assertEqual(drain.wait(20), 0)
        self.assertEqual(self.gateway.stop(), 0)

    def test_a_second_one_ends_it_at_once(self):
        first = self.start_drain()
        harness.wait_until(self.refused, "to be refused")
        second = self.start_drain()
        self.assertEqual((first.wait(20), second.wait(20)), (0, 0))
        self.assertNotEqual(self.run_.wait(20), 0)

    def test_so_does_sigterm(self):
        drain = self.start_drain()
        harness.wait_until(self.refused, "to be refused")
        self.gateway.stop(signal.SIGTERM)
        self.assertEqual(drain.wait(20), 0)


class Bounded(DrainTest):
    settings = {"drain": "1s"}

    def test_its_time_is_bounded(self):
        run = self.assert_in(self.start_ssh("plain", "sh -c 'echo in; cat'"))
        self.assertEqual(self.gateway.oneoff("drain").returncode, 0)
        self.assertIn("the drain's time is over; 1 connections are left", self.gateway.stderr())
        self.assertNotEqual(run.wait(20), 0)


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class LocalCallers(DrainTest, local_callers.LocalCallerTest):
    """Runs of `oneoff run --app` have no session: the broker sees the last one out."""

    def setUp(self):
        super().setUp()
        self.run_ = self.assert_in(self.start("plain", "sh", "-c", "echo in; cat"))
        self.cast = Cast(self.gateway)

    def drain_to_the_broker(self):
        drain = self.start_drain()
        harness.wait_until(lambda: processes.parent(self.cast.gateway) == 0, "the gateway to have seen everybody out")
        self.assertIsNone(drain.poll())
        return drain

    def assert_it_ends_with_the_run(self, drain):
        self.assertEqual(self.run_.communicate(b"still here\n"), (b"still here\n", b""))
        self.assertEqual((self.run_.returncode, drain.wait(20)), (0, 0))
        self.assertEqual(self.gateway.stop(), 0)
        run = self.gateway.audit("run.started")[-1]["run"]
        self.assertEqual([record["how"] for record in self.gateway.audit("run.ended", run=run)], ["exited"])

    def test_it_waits_for_the_last_one(self):
        drain = self.drain_to_the_broker()
        self.assertEqual(self.call("plain", "true").status, 69)
        self.assert_it_ends_with_the_run(drain)

    def test_so_does_a_broker_that_is_started_anew_meanwhile(self):
        drain = self.drain_to_the_broker()
        os.kill(self.cast.broker, signal.SIGKILL)
        harness.wait_until(lambda: [pid for pid in self.gateway.processes()
                                    if processes.name(pid) == "oneoff-broker" and pid != self.cast.broker], "another broker")
        self.assertIsNone(drain.poll())
        self.assert_it_ends_with_the_run(drain)

    def test_a_second_one_ends_it_at_once(self):
        first = self.drain_to_the_broker()
        second = self.start_drain()
        self.assertEqual((first.wait(20), second.wait(20)), (0, 0))
        self.assertNotEqual(self.run_.wait(20), 0)


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class LocalCallersBounded(DrainTest, local_callers.LocalCallerTest):
    settings = {"drain": "1s"}

    def test_their_time_is_bounded_too(self):
        run = self.assert_in(self.start("plain", "sh", "-c", "echo in; cat"))
        self.assertEqual(self.gateway.oneoff("drain").returncode, 0)
        self.assertIn("the drain's time is over; 1 runs are left", self.gateway.stderr())
        self.assertNotEqual(run.wait(20), 0)


class Nobody(harness.GatewayTest):
    def test_one_installation_is_served_once(self):
        second = self.gateway.oneoff("serve")
        self.assertEqual((second.returncode, second.stdout), (1, ""))
        self.assertEqual(second.stderr, f"oneoff: {self.gateway.root}/run/serve.lock: process {self.gateway.pid} "
                                        "serves this installation already\n")
        self.assert_ran(self.ssh("plain", "true"), "")

    def test_where_nobody_serves_there_is_nothing_to_drain(self):
        self.gateway.stop()
        drain = self.gateway.oneoff("drain")
        self.assertEqual((drain.returncode, drain.stderr),
                         (1, f"oneoff: drain: {self.gateway.root}/run/serve.lock: no process serves this installation\n"))
        self.start_gateway()
        self.assertEqual(processes.name(self.gateway.pid), "oneoff")


if __name__ == "__main__":
    harness.main()
