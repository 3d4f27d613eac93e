"""An audit writer that is killed again and again while runs start and end: each start has one end, and the log is sound."""

import os
import signal

import harness
import stranger
from cast import Cast


class WriterKilled(harness.GatewayTest):
    settings = {"runs_per_person": 100}
    app = {"limits": {"runs": 100}}

    def test_each_start_has_its_end_once(self):
        over = []

        def start_and_end(_):
            statuses = set()
            while not over:
                statuses.add(self.ssh("plain", "true").status)
            return statuses

        def kill(_):
            for _ in range(12):
                started = len(self.gateway.audit("run.started"))
                harness.wait_until(lambda: len(self.gateway.audit("run.started")) > started + 5, "more starts")
                os.kill(Cast(self.gateway).writer, signal.SIGKILL)
            over.append(True)
            return set()

        found = set().union(*stranger.in_parallel(7, lambda index: kill(index) if index == 0 else start_and_end(index)))
        self.assertLessEqual(found, {0, 74})
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "to be served")
        harness.wait_until(lambda: not [name for name in self.gateway.runs() if not name.startswith(".")]
                           and not os.listdir(self.gateway.root / "lib/runs/.new"), "the runs to be settled")
        verified = self.gateway.oneoff("audit", "verify")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        ended = [record["run"] for record in self.gateway.audit("run.ended")]
        self.assertEqual(len(ended), len(set(ended)))
        self.assertLessEqual({record["run"] for record in self.gateway.audit("run.started")}, set(ended))


if __name__ == "__main__":
    harness.main()
