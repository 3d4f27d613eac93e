"""A person whose long commands fill their share of the audit log is refused, and others run."""

import harness

LONG = "echo " + " ".join(["x" * 30] * 1000)


class StartsBounded(harness.GatewayTest):
    people = ("alice", "bob", "carol")
    settings = {"audit": {"syslog": "none", "journal": "none", "per_person": "64K"}}

    @classmethod
    def prepare(cls):
        cls.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"],
                                       "run": ["echo ...", "sleep ..."]}]})

    def bytes_of_log(self):
        return sum(path.stat().st_size for path in (self.gateway.root / "log/audit").glob("*.jsonl"))

    def test_the_log_grows_by_a_bounded_amount_and_others_run(self):
        before = self.bytes_of_log()
        results = [self.ssh("plain", LONG, person="carol") for _ in range(8)]
        statuses = [result.status for result in results]
        ran = statuses.count(0)
        self.assertEqual(statuses, [0] * ran + [75] * (8 - ran))
        self.assertIn(ran, (1, 2))
        self.assertEqual(results[-1].stderr, "oneoff: plain+v2: nothing was started: the records of your runs fill your "
                                             "share of the audit log; try again later\n")
        self.assertLess(self.bytes_of_log() - before, 64 * 1024 + 80_000 + 8 * 4096)
        denied = self.gateway.wait_for_audit("run.denied", person="carol")
        self.assertEqual(denied["status"], 75)
        self.assert_ran(self.ssh("plain", "echo in"), "in\n")
        self.assertEqual(len(self.gateway.audit("run.started", person="carol")), ran)
        harness.wait_until(lambda: not [name for name in self.gateway.runs() if not name.startswith(".")],
                           "the runs to be settled")

    def test_a_watch_takes_from_the_same_share(self):
        run = self.start_ssh("plain", "sleep 312", person="bob")
        self.addCleanup(run.kill)
        started = self.gateway.wait_for_audit("run.started", command="sleep 312")["run"]
        statuses = [self.ssh("plain", LONG, person="bob").status for _ in range(4)]
        self.assertEqual(statuses[-1], 75)
        result = self.ssh("oneoff", f"watch {started}", person="bob")
        self.assertEqual(result.status, 75)
        self.assertIn("share of the audit log; try again later", result.stderr)


if __name__ == "__main__":
    harness.main()
