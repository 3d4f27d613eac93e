"""A FIFO among the files of runs holds nothing up: neither a running gateway nor its next start."""

import os

import harness


class RunsFifo(harness.GatewayTest):
    def test_a_fifo_among_the_runs_holds_nothing_up(self):
        fifo = self.gateway.root / "lib/runs/aaaaaaaa.jsonl"
        os.mkfifo(fifo)
        self.addCleanup(fifo.unlink)
        self.assert_ran(self.ssh("plain", "echo here"), "here\n")
        self.assertEqual(self.gateway.stop(), 0)
        type(self).start_gateway()
        self.assert_ran(type(self).client.ssh("plain", "echo again"), "again\n")
        self.assertIn("runs/aaaaaaaa.jsonl: cannot be read; look at it and remove it", self.gateway.stderr())


if __name__ == "__main__":
    harness.main()
