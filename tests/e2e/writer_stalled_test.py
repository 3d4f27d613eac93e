"""An audit writer that stands still for longer than anybody waits, and goes on: each run's end is in the record once."""

import os
import signal

import harness
from cast import Cast


class WriterStalled(harness.GatewayTest):
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


if __name__ == "__main__":
    harness.main()
