"""`oneoff audit show`: what there was, and with --follow what comes, as it comes."""

import json
import select
import subprocess

import harness
from gateway import ONEOFF


class AuditFollow(harness.GatewayTest):
    def follow(self, *words):
        process = subprocess.Popen([ONEOFF, "--root", self.gateway.root, "audit", "show", "--follow", *words],
                                   stdout=subprocess.PIPE, bufsize=0)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def line(self, process):
        self.assertTrue(select.select([process.stdout], [], [], 20)[0], "no line came")
        return process.stdout.readline().decode()

    def test_records_are_shown_as_they_come(self):
        self.assert_ran(self.ssh("plain", "echo one", person="carol"), "one\n")
        shown = self.follow("--json", "--event", "run.started", "--rule", "carol looks")
        self.assertEqual(json.loads(self.line(shown))["command"], "echo one")
        self.assert_ran(self.ssh("plain", "echo two", person="carol"), "two\n")
        self.assertEqual(json.loads(self.line(shown))["command"], "echo two")

    def test_outcomes_tell_runs_apart(self):
        shown = self.follow("--outcome", "failed")
        self.assertEqual(self.ssh("plain", "false").status, 1)
        self.assertIn("exited, status 1", self.line(shown))
        self.assertEqual(self.ssh("plain", "sh -c 'exit 3'", person="carol").status, 77)
        self.assertIn("run.denied", self.line(shown))

    def test_what_there_is_not_is_no_empty_answer(self):
        for words, said in ((("--outcome", "nosuch"), "--outcome: nosuch not in {ok,failed,denied,exited,"),
                            (("--event", "runs"), "--event: 'runs': there is no such event; there are run.started, "),
                            (("--since", "2026-13-01"), "--since: '2026-13-01' is neither a time")):
            result = self.gateway.oneoff("audit", "show", *words)
            self.assertEqual((result.returncode, result.stdout), (64, ""))
            self.assertIn(said, result.stderr)

    def test_it_ends_when_nobody_reads_it(self):
        shown = self.follow()
        self.line(shown)
        shown.stdout.close()
        self.ssh("plain", "true")
        self.assertIsNotNone(shown.wait(20))


if __name__ == "__main__":
    harness.main()
