"""`oneoff drain`: nobody new, those who are there to their end, and then the end of the service with 0."""

import signal
import unittest

import harness
import local_callers
import processes


class Drain(harness.GatewayTest):
    settings = {"drain": "1h"}

    def setUp(self):
        if not self.gateway.running:
            self.start_gateway()
        self.run_ = self.start_ssh("plain", "sh -c 'echo in; cat'")
        self.assertEqual(self.run_.stdout.readline(), b"in\n")

    def start_drain(self):
        drain = harness.gateway.subprocess.Popen([harness.ONEOFF, "--root", self.gateway.root, "drain"],
                                                 stderr=harness.gateway.subprocess.PIPE, text=True)
        self.addCleanup(self._end, drain)
        self.assertRegex(drain.stderr.readline(), r"\Aoneoff: nobody new is let in; waiting for those who are there ")
        return drain

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


class Bounded(harness.GatewayTest):
    settings = {"drain": "1s"}

    def test_its_time_is_bounded(self):
        run = self.start_ssh("plain", "sh -c 'echo in; cat'")
        self.assertEqual(run.stdout.readline(), b"in\n")
        self.assertEqual(self.gateway.oneoff("drain").returncode, 0)
        self.assertIn("the drain's time is over; 1 connections are left", self.gateway.stderr())
        self.assertNotEqual(run.wait(20), 0)


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class LocalCallers(local_callers.LocalCallerTest):
    """Runs of `oneoff run --app` have no session: the broker sees the last one out."""
    settings = {"drain": "1h"}

    def test_it_waits_for_the_last_one(self):
        run = self.start("plain", "sh", "-c", "echo in; cat")
        self.assertEqual(run.stdout.readline(), b"in\n")
        drain = self.start_drain()
        harness.wait_until(lambda: self.call("plain", "true").status == 69, "new callers to be turned away")
        harness.wait_until(lambda: not self.named("oneoff-gateway"), "the gateway to have seen everybody out")
        self.assertIsNone(drain.poll())
        self.assertEqual(run.communicate(b"still here\n"), (b"still here\n", b""))
        self.assertEqual((run.returncode, drain.wait(20)), (0, 0))
        self.assertEqual(self.gateway.stop(), 0)
        self.assertEqual(len(self.gateway.audit("run.ended", how="exited")), 1)
        self.start_gateway()

    def test_a_second_one_ends_it_at_once(self):
        run = self.start("plain", "sh", "-c", "echo in; cat")
        self.assertEqual(run.stdout.readline(), b"in\n")
        first = self.start_drain()
        harness.wait_until(lambda: not self.named("oneoff-gateway"), "the gateway to have seen everybody out")
        second = self.start_drain()
        self.assertEqual((first.wait(20), second.wait(20)), (0, 0))
        self.assertNotEqual(run.wait(20), 0)
        self.start_gateway()

    def named(self, name):
        return [pid for pid in self.gateway.processes() if processes.name(pid) == name]

    def start_drain(self):
        drain = harness.gateway.subprocess.Popen([harness.ONEOFF, "--root", self.gateway.root, "drain"],
                                                 stderr=harness.gateway.subprocess.DEVNULL)
        self.addCleanup(self._end, drain)
        return drain


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class LocalCallersBounded(local_callers.LocalCallerTest):
    settings = {"drain": "1s"}

    def test_their_time_is_bounded_too(self):
        run = self.start("plain", "sh", "-c", "echo in; cat")
        self.assertEqual(run.stdout.readline(), b"in\n")
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
                         (1, f"oneoff: drain: {self.gateway.root}/run/serve.lock: nobody serves this installation\n"))
        self.start_gateway()
        self.assertEqual(processes.name(self.gateway.pid), "oneoff")


if __name__ == "__main__":
    harness.main()
