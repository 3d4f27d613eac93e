"""Out of descriptors, processes or memory, the broker answers requests with a sentence, and serves again when it can."""

import os
import pathlib
import resource
import unittest

import harness
import processes
import stranger
from cast import Cast

PIDS = pathlib.Path("/sys/fs/cgroup/pids")  # version 1
NOT_STARTED = r"\Aoneoff: not started: [^\n]+; try again\n\Z"


class BrokerShortage(harness.GatewayTest):
    settings = {"channels": 3}

    def setUp(self):
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "to be served")
        self.broker = Cast(self.gateway).broker
        # A connection that is there already: a new one would need the broker to make it a monitor.
        path = str(self.directory / f"master-{self.id()[-8:]}")
        self.options = ("-o", "ControlMaster=no", "-S", path)
        master = self.start_ssh("plain", options=("-N", "-M", "-S", path))
        harness.wait_until(lambda: os.path.exists(path), "the master")
        self.addCleanup(self._end, master)

    def request(self):
        return self.ssh("plain", "echo ran", options=self.options)

    def assert_short(self, take, give_back):
        """After `take` requests are answered with a sentence; after `give_back` they are served."""
        running = self.start_ssh("plain", "sh -c 'echo in; exec cat'", options=self.options)
        self.assertEqual(running.stdout.readline(), b"in\n")
        take()
        try:
            for _ in range(3):
                result = self.request()
                self.assertEqual((result.status, result.stdout), (75, b""))
                self.assertRegex(result.stderr, NOT_STARTED)
            self.assertEqual(self.ssh("plain", "true").status, 255)  # no monitor either
            running.stdin.write(b"still here\n")
            running.stdin.flush()
            self.assertEqual(running.stdout.readline(), b"still here\n")
        finally:
            give_back()
        self.assert_ran(self.request(), "ran\n")
        self.assert_ran(self.ssh("plain", "echo new"), "new\n")
        running.stdin.close()
        self.assertEqual(running.wait(20), 0)
        self.assertEqual(Cast(self.gateway).broker, self.broker)

    def test_of_descriptors(self):
        bound = max(int(name) for name in os.listdir(f"/proc/{self.broker}/fd")) + 8
        before = resource.prlimit(self.broker, resource.RLIMIT_NOFILE)
        silent = []

        def take():
            resource.prlimit(self.broker, resource.RLIMIT_NOFILE, (bound, before[1]))
            for _ in range(bound):  # the broker holds two for each until it says something
                silent.append(stranger.connect(self.gateway.port))
            harness.wait_until(lambda: len(processes.descriptors(self.broker)) == bound, "none to be left")

        def give_back():
            for connection in silent:
                connection.close()
            harness.wait_until(lambda: len(processes.descriptors(self.broker)) < bound - 4, "some to be there again")
            resource.prlimit(self.broker, resource.RLIMIT_NOFILE, before)

        self.assert_short(take, give_back)

    @unittest.skipIf(harness.SANITIZED, "the sanitizer takes all the addresses that there are")
    def test_of_memory(self):
        before = resource.prlimit(self.broker, resource.RLIMIT_AS)
        resource.prlimit(self.broker, resource.RLIMIT_AS, (1 << 20, before[1]))
        try:
            for _ in range(3):
                result = self.request()
                self.assertEqual(result.stdout, b"")
                self.assertIn(result.status, (70, 75))
                self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")
        finally:
            # The broker may have ended over it, and been started anew.
            resource.prlimit(Cast(self.gateway).broker, resource.RLIMIT_AS, before)
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "to be served again")

    @unittest.skipUnless(harness.ROOT and os.access(PIDS / "cgroup.procs", os.W_OK), "needs the pids controller")
    def test_of_processes(self):
        group = PIDS / f"oneoff-test-{os.getpid()}"
        group.mkdir()
        self.addCleanup(group.rmdir)
        home = PIDS / "cgroup.procs"

        def take():
            (group / "pids.max").write_text("1")
            (group / "cgroup.procs").write_text(str(self.broker))

        self.assert_short(take, lambda: home.write_text(str(self.broker)))


if __name__ == "__main__":
    harness.main()
