"""What the policy denies in every release is denied before a process reads the release (limits: e2e.limits)."""

import harness


class RefusedUnread(harness.GatewayTest):
    app = {"commands": {"greet": {"run": "hello"}, "bye": {"run": "true"}}}

    def setUp(self):
        super().setUp()
        # A process that reads this release finds it unusable, and the status is 69.
        self.current = self.plain.directory / "current"
        self.target = self.current.readlink()

    def tearDown(self):
        self.current.unlink()
        self.current.symlink_to(self.target)
        super().tearDown()

    def break_release(self):
        self.current.unlink()
        self.current.symlink_to("current")

    def refused(self, typed, status, person="carol", target="plain"):
        result = self.ssh(target, typed, person=person)
        self.assertEqual((result.status, result.stdout), (status, b""), result.stderr)
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")
        record = self.gateway.wait_for_audit("run.denied", person=person, command=typed, status=status)
        self.assertEqual(record["message"], result.stderr[len("oneoff: "):-1])
        return result.stderr, record

    def test_what_no_pattern_can_match(self):
        self.break_release()
        for typed in ("ls /", "cat /etc/passwd", "./hello", "bye", "ls | cat"):
            with self.subTest(typed=typed):
                message, record = self.refused(typed, 64 if "|" in typed else 77)
                self.assertEqual(record["release"], "current")
        message, record = self.refused("ls -l /", 77)
        self.assertEqual(message, "oneoff: plain+current: no rule allows 'ls -l /' to carol; "
                                  "you may run: hello, bin/which, echo *\n")

    def test_what_a_deny_rule_denies_in_every_release(self):
        self.break_release()
        message, record = self.refused("rake db:drop", 77, person="alice")
        self.assertEqual(record["rule"], "no drops")
        self.assertIn("plain+current: 'rake db:drop' is denied to alice by the rule 'no drops'", message)

    def test_what_a_release_could_change_is_read(self):
        self.break_release()
        for typed in ("hello", "bin/hello", "greet", "echo a", "which", "no-such a"):
            with self.subTest(typed=typed):
                self.refused(typed, 69)

    def test_an_explanation_reads_the_release(self):
        self.break_release()
        self.refused("run:explain ls /", 69)

    def test_who_has_no_right_to_the_app(self):
        self.gateway.app("private", self.directory / "apps/not-there")
        self.refused("echo x", 77, target="private")
        self.refused("echo x", 69, person="alice", target="private")


if __name__ == "__main__":
    harness.main()
