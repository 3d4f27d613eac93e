"""After sessions have crashed, the gateway executes itself anew: another address layout, and nothing else is changed."""

import os
import re
import signal
import threading
import unittest

import harness
import injection
import processes
import stranger
from cast import Cast


class Reexecuted(harness.GatewayTest):
    settings = {"connections_per_person": 2, "penalties": {"crash": "1m", "least": "1m", "exempt": ["127.0.0.1"]}}

    def setUp(self):
        super().setUp()
        if not self.gateway.running:
            self.start_gateway()
        self.cast = Cast(self.gateway)

    def tearDown(self):
        super().tearDown()
        self.gateway.stop()  # a gateway paces its executions, and none is another test's

    def sessions(self):
        return {pid for pid in processes.descendants(self.cast.gateway)
                if processes.name(pid) == "oneoff-session" and not processes.is_zombie(pid)}

    def crash_one(self, source="127.0.0.1"):
        before = self.sessions()
        connection = stranger.connect(self.gateway.port, source)
        self.addCleanup(connection.close)
        session = harness.wait_until(lambda: self.sessions() - before, "the session").pop()
        os.kill(session, signal.SIGSEGV)
        harness.wait_until(lambda: session not in self.sessions(), "its end")

    def crash(self):
        """As many as it takes; the record of what the gateway then did."""
        before = len(self.gateway.audit("gateway.reexecuted"))
        for _ in range(2):
            self.crash_one()
        self.crash_one("127.0.0.2")
        return self.reexecuted(before)

    def reexecuted(self, before):
        """The record behind `before` earlier ones."""
        return harness.wait_until(lambda: self.gateway.audit("gateway.reexecuted")[before:], "the record")[0]

    def layout(self):
        """Where the program, its libraries and its stack lie. A sanitizer's own memory is always in the same places."""
        return [line.split()[0] for line in processes.read(self.cast.gateway, "maps").splitlines()
                if b"/" in line or b"[stack]" in line]

    def hold(self, **options):
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'", **options)
        self.assertEqual(run.stdout.readline(), b"in\n")
        return run

    def test_the_layout_is_another_and_sessions_go_on(self):
        run = self.hold()
        before = self.layout()
        descriptors = len(processes.descriptors(self.cast.gateway))
        record = self.crash()
        self.assertEqual((record["crashes"], record["sources"]), (3, ["127.0.0.1", "127.0.0.2"]))
        self.assertIn("3 sessions have crashed (of clients from 127.0.0.1, 127.0.0.2): the gateway has executed "
                      "itself anew, so that the next ones have another address layout\n", self.gateway.stderr())
        self.assertTrue(before)
        self.assertFalse(set(before) & set(self.layout()))
        self.assertEqual(Cast(self.gateway).gateway, self.cast.gateway)
        harness.wait_until(lambda: len(processes.descriptors(self.cast.gateway)) <= descriptors, "as few descriptors")
        run.stdin.write(b"still here\n")
        run.stdin.close()
        self.assertEqual((run.stdout.read(), run.wait(20)), (b"still here\n", 0))
        harness.wait_until(lambda: not self.sessions(), "its session to be gone")
        self.assert_ran(self.ssh("plain", "echo new"), "new\n")

    def test_clients_that_come_meanwhile_are_served(self):
        over, results = threading.Event(), []

        def come():
            while not over.is_set():
                results.append(self.ssh("plain", "echo in"))

        thread = threading.Thread(target=come)
        thread.start()
        try:
            before = len(self.gateway.audit("gateway.reexecuted"))
            for _ in range(3):
                self.crash_idle()
            self.reexecuted(before)
        finally:
            over.set()
            thread.join()
        self.assertTrue(results)
        for result in results:
            self.assert_ran(result, "in\n")

    def crash_idle(self):
        """The session of a connection that says nothing, told by its client's port in the gateway's log."""
        connection = stranger.connect(self.gateway.port)
        self.addCleanup(connection.close)
        self.assertTrue(connection.recv(4))
        inode = harness.wait_until(lambda: self.inode_of(connection.getsockname()[1]), "the connection")
        session = harness.wait_until(lambda: [pid for pid in self.sessions()
                                              if f"socket:[{inode}]" in processes.descriptors(pid)], "the session")[0]
        os.kill(session, signal.SIGSEGV)

    def inode_of(self, port):
        """The inode of the gateway's socket towards a port of 127.0.0.1."""
        for line in open("/proc/net/tcp", encoding="ascii").readlines()[1:]:
            fields = line.split()
            if fields[1].endswith(f":{self.gateway.port:04X}") and fields[2] == f"0100007F:{port:04X}":
                return fields[9]
        return None

    def test_penalties_and_places_stay(self):
        runs = [self.hold(options=("-b", "127.0.0.3")), self.hold(options=("-b", "127.0.0.4"))]
        self.crash()
        self.assertIn("refused for ", self.ssh("plain", "true", options=("-b", "127.0.0.2")).stderr)
        refused = self.ssh("plain", "true")
        self.assertEqual(refused.status, 255)
        self.assertIn("you are logged in on 2 connections", refused.stderr)
        for run in runs:
            run.stdin.close()
            self.assertEqual(run.wait(20), 0)
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "their places")

    @unittest.skipUnless(injection.possible, "needs root, and an x86-64")
    def test_what_a_session_says_is_still_told_as_its_own(self):
        self.hold()
        # That of a client before may be about to end.
        session = harness.wait_until(lambda: len(self.sessions()) == 1 and self.sessions(), "the one session").pop()
        injection.say(session, b"begun ")
        self.crash()
        injection.say(session, b"and ended\n")
        harness.wait_until(lambda: re.search(r"warning gateway: 127\.0\.0\.1:\d+: begun and ended$",
                                             self.gateway.stderr(), re.M), "the line")

    def test_signals_of_the_hosts_administrator_are_no_crashes(self):
        for _ in range(4):
            before = self.sessions()
            connection = stranger.connect(self.gateway.port)
            self.addCleanup(connection.close)
            session = harness.wait_until(lambda: self.sessions() - before, "the session").pop()
            os.kill(session, signal.SIGKILL)
            harness.wait_until(lambda: session not in self.sessions(), "its end")
        before = self.layout()
        self.assert_ran(self.ssh("plain", "echo new"), "new\n")
        self.assertEqual(set(before) - set(self.layout()), set())

    def test_it_ends_when_it_is_told_to(self):
        self.crash()
        self.assertEqual(self.gateway.stop(), 0)


if __name__ == "__main__":
    harness.main()
