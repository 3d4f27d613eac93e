"""A run over its time or its idle limit is ended: 124, and a line that says which limit."""

import harness


class TimeLimit(harness.GatewayTest):
    settings = {"term_after": "200ms", "kill_after": "200ms"}
    app = {"limits": {"time": "1s"}, "commands": {"long": {"run": "sleep 2; echo done", "time_limit": "20s"}}}

    def test_it_ends_the_command_and_says_so(self):
        result = self.ssh("plain", "sh -c 'echo before; exec sleep 300'")
        self.assertEqual((result.status, result.stdout), (124, b"before\n"))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*ended after its time limit of 1 s[^\n]*\n\Z")
        ended = self.gateway.wait_for_audit("run.ended", how="limit")
        self.assertEqual((ended["status"], ended["limit"]), (124, "time"))
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_it_ends_a_command_that_ignores_signals(self):
        result = self.ssh("plain", "sh -c 'trap \"\" HUP TERM INT; while :; do sleep 0.05; done'")
        self.assertEqual(result.status, 124)
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_it_is_said_on_a_terminal_too(self):
        terminal = self.run_terminal("plain", "sleep 300")
        terminal.expect(rb"\r\noneoff: [^\r\n]*ended after its time limit of 1 s[^\r\n]*\r\n")
        self.assertEqual(terminal.wait(), 124)

    def test_a_command_of_its_own_has_its_own(self):
        self.assert_ran(self.ssh("plain", "long"), "done\n")


class IdleLimit(harness.GatewayTest):
    settings = {"term_after": "200ms", "kill_after": "200ms"}
    app = {"limits": {"idle": "1500ms"}}

    def test_it_ends_a_silent_command(self):
        result = self.ssh("plain", "sleep 300")
        self.assertEqual((result.status, result.stdout), (124, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*ended after its idle limit of 1500 ms[^\n]*\n\Z")
        self.assertEqual(self.gateway.wait_for_audit("run.ended", how="limit")["limit"], "idle")

    def test_output_puts_it_off(self):
        self.assert_ran(self.ssh("plain", "sh -c 'for i in 1 2 3 4 5; do sleep 0.6; echo $i; done'"), "1\n2\n3\n4\n5\n")

    def test_input_puts_it_off(self):
        terminal = self.run_terminal("plain", "sh -c 'stty -echo; echo ready; cat >/dev/null'")
        terminal.expect(rb"ready\r\n")
        for _ in range(5):
            with self.assertRaises(harness.Late):
                terminal.expect(rb"oneoff:", patience=0.6)  # the quiet under test
            terminal.send("x\n")
        terminal.send(b"\x04")
        self.assertEqual(terminal.wait(), 0)


class ShareOfPerson(harness.GatewayTest):
    app = {"limits": {"runs": 3}}

    def test_one_person_leaves_places_to_others(self):
        held = [self.start_ssh("plain", "sh -c 'echo ready; exec cat'") for _ in range(2)]
        self.assertEqual([run.stdout.readline() for run in held], [b"ready\n"] * 2)
        self.assert_refused(self.ssh("plain", "true"), 75,
                            "oneoff: plain: 2 of your runs are under way, which is one person's share of this app's 3; "
                            "see them: ssh oneoff@HOST ps\n")
        self.assertEqual(self.gateway.wait_for_audit("run.denied", person="alice")["status"], 75)
        self.assert_ran(self.ssh("plain", "true", person="bob"), "")
        held[0].stdin.close()
        self.assertEqual(held[0].wait(20), 0)
        self.assert_ran(self.ssh("plain", "true"), "")


class RunsAtOnce(harness.GatewayTest):
    app = {"limits": {"runs": 2}}

    def test_one_more_than_the_limit_is_refused(self):
        first = self.start_ssh("plain", "sh -c 'echo ready; exec cat'")
        second = self.start_ssh("plain", "sh -c 'echo ready; exec cat'", person="bob")
        self.assertEqual((first.stdout.readline(), second.stdout.readline()), (b"ready\n", b"ready\n"))
        result = self.ssh("plain", "true", person="bob")
        self.assert_refused(result, 75, "oneoff: plain: 2 runs are under way, which is its limit; "
                                        "see them: ssh oneoff@HOST ps\n")
        # Before anything of the release is read.
        result = self.ssh("plain+nosuch", "true", person="bob")
        self.assert_refused(result, 75, "oneoff: plain: 2 runs are under way, which is its limit; "
                                        "see them: ssh oneoff@HOST ps\n")
        first.stdin.close()
        self.assertEqual(first.wait(20), 0)
        self.assert_ran(self.ssh("plain", "true"), "")


class RunsOfAPerson(harness.GatewayTest):
    settings = {"runs_per_person": 1}

    def test_each_person_has_their_own_bound(self):
        holder = self.start_ssh("plain", "sh -c 'echo ready; exec cat'")
        self.assertEqual(holder.stdout.readline(), b"ready\n")
        self.assertEqual(self.ssh("plain", "true").status, 75)
        self.assert_ran(self.ssh("plain", "true", person="bob"), "")


if __name__ == "__main__":
    harness.main()
