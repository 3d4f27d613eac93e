"""A request whose server process ends before it has answered is answered all the same."""

import os
import signal

import harness
import processes
from cast import Cast


class RequestLost(harness.GatewayTest):
    def test_the_client_is_told_with_70(self):
        self.assert_ran(self.ssh("plain", "true"), "")
        cast = Cast(self.gateway)
        os.kill(cast.writer, signal.SIGSTOP)  # so that the launcher waits for the start to be durable
        try:
            client = self.start_ssh("plain", "echo never")
            unpublished = self.gateway.root / "lib/runs/.new"
            harness.wait_until(lambda: list(unpublished.iterdir()), "the run to be made")
            launcher = harness.wait_until(lambda: self.launcher(cast), "the launcher")
            os.kill(launcher, signal.SIGKILL)
            self.assertEqual(client.wait(20), 70)
            self.assertEqual(client.stdout.read(), b"")
            self.assertRegex(client.stderr.read(), rb"\Aoneoff: the request was lost: [^\n]+\n\Z")
        finally:
            os.kill(cast.writer, signal.SIGCONT)
        self.assert_ran(self.ssh("plain", "echo and serves"), "and serves\n")

    @staticmethod
    def launcher(cast):
        """The one of the broker's children that has a run's file open."""
        for pid in processes.descendants(cast.broker):
            if any("/lib/runs/" in link and link.endswith(".jsonl") for link in processes.descriptors(pid)):
                return pid
        return None


if __name__ == "__main__":
    harness.main()
