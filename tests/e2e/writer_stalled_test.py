"""An audit writer that stands still for longer than anybody waits, and goes on: each run's end is in the record once."""

import concurrent.futures
import os
import signal

import harness
from cast import Cast


REQUESTS = 300


class WriterStalled(harness.GatewayTest):
    settings = {"refusals_per_minute": 1000}

    def test_each_end_is_recorded_once(self):
        process = self.start_ssh("plain", "sleep 311")
        run = self.gateway.wait_for_audit("run.started", command="sleep 311")["run"]
        command = harness.wait_until(self.commands, "the command")[0]
        writer = Cast(self.gateway).writer
        os.kill(writer, signal.SIGSTOP)
        try:
            os.kill(command, signal.SIGKILL)
            process.wait(20)
            harness.wait_until(lambda: "ends of runs are not in the audit log yet" in self.gateway.stderr(),
                               "the broker to give up waiting")
        finally:
            os.kill(writer, signal.SIGCONT)
        self.gateway.wait_for_audit("run.ended", run=run)
        harness.wait_until(lambda: run + ".jsonl" not in self.gateway.runs(), "the run to be settled")
        self.assert_ran(self.ssh("plain", "true"), "")
        self.assertEqual(len(self.gateway.audit("run.ended", run=run)), 1)

    def test_what_could_not_be_handed_over_is_counted(self):
        """Refusals, lists and logins whose record found no room on its way are in the sum of `lost`."""
        kinds = ("authenticated", "run.denied", "listed")

        def told():
            each = len([record for record in self.gateway.audit() if record["event"] in kinds])
            return each + sum(record["count"] for record in self.gateway.audit()
                              if record["event"] == "lost" or (record["event"] == "summed" and record["of"] in kinds))

        def once(i):
            if i % 2:
                return self.ssh("oneoff", "apps", person="carol").status
            return self.ssh("plain", "x" * 1500, person="carol").status

        # While an end of a run waits for the writer, the broker does little else.
        harness.wait_until(lambda: not [name for name in self.gateway.runs() if not name.startswith(".")],
                           "the runs to be settled")
        before = told()
        writer = Cast(self.gateway).writer
        os.kill(writer, signal.SIGSTOP)
        try:
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                statuses = list(pool.map(once, range(REQUESTS)))
        finally:
            os.kill(writer, signal.SIGCONT)
        self.assertEqual(sorted(set(statuses)), [0, 77])
        harness.wait_until(lambda: told() >= before + 2 * REQUESTS, "all that happened to be told or counted", 40)
        self.assertEqual(told(), before + 2 * REQUESTS)
        self.assertTrue(self.gateway.audit("lost"), "nothing was lost: the test needs more requests")


if __name__ == "__main__":
    harness.main()
