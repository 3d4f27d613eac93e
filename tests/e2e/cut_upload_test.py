"""An upload that was cut is never taken for a whole one: the signal comes before the end of the input."""

import harness
from proxy import Line

# Takes HUP and TERM for nothing and says `whole` only where its input really ended.
STUBBORN = """sh -c 'trap "" HUP TERM; echo ready; cat >tmp/{name}; echo whole >tmp/{name}.whole'"""


class CutUpload(harness.GatewayTest):
    settings = {"keepalive": "200ms", "lost_after": "800ms", "term_after": "300ms", "kill_after": "300ms"}

    def upload(self, client, name):
        command = STUBBORN.format(name=name)
        process = client.start("plain", command)
        self.addCleanup(self._end, process)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.stdin.write(b"x" * 100000)
        process.stdin.flush()
        partial = self.plain.directory / "releases/v2/tmp" / name
        harness.wait_until(lambda: partial.exists() and partial.stat().st_size == 100000, "the half of the upload")
        return process, self.gateway.wait_for_audit("run.started", command=command)["run"]

    def assert_not_whole(self, run, name, how):
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], how)
        harness.wait_until(lambda: not self.commands(), "the command to be gone")
        self.assertFalse((self.plain.directory / f"releases/v2/tmp/{name}.whole").exists())

    def test_a_client_that_was_killed(self):
        process, run = self.upload(self.client, "killed")
        process.kill()
        self.assert_not_whole(run, "killed", "lost_line")

    def test_a_line_that_fell_silent(self):
        with Line(self.client.port) as line:
            _, run = self.upload(harness.Client(self.directory, line.port, self.gateway.host_keys()), "silent")
            line.fall_silent()
            self.assert_not_whole(run, "silent", "lost_line")

    def test_a_line_that_was_reset(self):
        with Line(self.client.port) as line:
            _, run = self.upload(harness.Client(self.directory, line.port, self.gateway.host_keys()), "reset")
            line.reset()
            self.assert_not_whole(run, "reset", "lost_line")

    def test_one_that_came_to_its_end_is_whole(self):
        process, run = self.upload(self.client, "complete")
        process.stdin.close()
        self.assertEqual(process.wait(20), 0)
        self.assertTrue((self.plain.directory / "releases/v2/tmp/complete.whole").exists())
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], "exited")


if __name__ == "__main__":
    harness.main()
