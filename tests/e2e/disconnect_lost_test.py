"""Where on_disconnect says so, a lost line ends its run; the record tells it apart from a client that left."""

import harness
from proxy import Line


class DisconnectLost(harness.GatewayTest):
    settings = {"keepalive": "200ms", "lost_after": "800ms", "term_after": "300ms", "kill_after": "300ms"}

    def run_over(self, line, command):
        client = harness.Client(self.directory, line.port, self.gateway.host_keys())
        process = client.start("plain", command)
        self.addCleanup(self._end, process)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return self.gateway.wait_for_audit("run.started", command=command)["run"]

    def assert_lost(self, run):
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_a_line_that_fell_silent(self):
        with Line(self.client.port) as line:
            run = self.run_over(line, "sh -c 'echo ready; exec sleep 306'")
            line.fall_silent()
            self.assert_lost(run)

    def test_a_line_that_fell_silent_under_output(self):
        with Line(self.client.port) as line:
            run = self.run_over(line, "sh -c 'echo ready; exec yes'")
            line.fall_silent()
            self.assert_lost(run)

    def test_a_line_that_was_reset(self):
        with Line(self.client.port) as line:
            run = self.run_over(line, "sh -c 'echo ready; exec sleep 307'")
            line.reset()
            self.assert_lost(run)

    def test_a_killed_client(self):
        with Line(self.client.port) as line:
            client = harness.Client(self.directory, line.port, self.gateway.host_keys())
            process = client.start("plain", "sh -c 'echo ready; exec sleep 309'")
            self.assertEqual(process.stdout.readline(), b"ready\n")
            run = self.gateway.wait_for_audit("run.started", command="sh -c 'echo ready; exec sleep 309'")["run"]
            self._end(process)
            self.assert_lost(run)

    def test_a_quiet_client_that_answers_is_not_lost(self):
        process = self.start_ssh("plain", "sh -c 'sleep 2.5; echo still here'")
        self.assertEqual(process.communicate(timeout=20), (b"still here\n", b""))

    def test_a_client_that_left_is_still_told_apart(self):
        with Line(self.client.port) as line:
            client = harness.Client(self.directory, line.port, self.gateway.host_keys())
            process = client.start("plain", "sh -c 'echo ready; exec sleep 308'")
            self.assertEqual(process.stdout.readline(), b"ready\n")
            run = self.gateway.wait_for_audit("run.started", command="sh -c 'echo ready; exec sleep 308'")["run"]
            process.terminate()
            self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], "hangup")
            self._end(process)


if __name__ == "__main__":
    harness.main()
