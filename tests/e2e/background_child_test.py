"""A child that was left in the background delays the end by two seconds at most, and does not survive it."""

import time

import harness


class BackgroundChild(harness.GatewayTest):
    def assert_told(self, result, name):
        self.assertRegex(result.stderr, rf"\Aoneoff: plain\+v2 run \w{{8}}: {name} \(\d+\) outlived the command; what still "
                                        r"runs after 2 s is ended; run a long-lived process as a service of the host\n\Z")

    def test_a_child_that_holds_the_pipes_does_not_hold_the_session(self):
        start = time.monotonic()
        result = self.ssh("plain", "sh -c 'sleep 300 & echo started; exit 6'")
        self.assertEqual((result.status, result.stdout), (6, b"started\n"))
        self.assert_told(result, "sleep")
        ended = self.gateway.wait_for_audit("run.ended", status=6)
        self.assertRegex(ended["left_behind"][0], r"\Asleep \(\d+\)\Z")
        self.assertLess(time.monotonic() - start, 4)
        harness.wait_until(lambda: not self.commands(), "the child to be ended")

    def test_a_child_that_let_go_of_the_pipes_does_not_delay_the_end(self):
        start = time.monotonic()
        result = self.ssh("plain", "sh -c 'sleep 300 </dev/null >/dev/null 2>&1 & echo started'")
        self.assertEqual((result.status, result.stdout), (0, b"started\n"))
        self.assert_told(result, "sleep")
        self.assertLess(time.monotonic() - start, 1.5 if not harness.SANITIZED else 4)
        harness.wait_until(lambda: not self.commands(), "the child to be ended")

    def test_a_child_with_a_session_of_its_own_is_ended_too(self):
        result = self.ssh("plain", "sh -c 'setsid sleep 300 </dev/null >/dev/null 2>&1 & echo started'")
        self.assert_told(result, "sleep")
        harness.wait_until(lambda: not self.commands(), "the daemon to be ended")

    def test_a_terminal_is_told_too(self):
        terminal = self.run_terminal("plain", "sh -c 'nohup sleep 300 >/dev/null 2>&1 & sleep 0.3; exit 5'")
        terminal.expect(rb"oneoff: plain\+v2 run \w{8}: sleep \(\d+\) outlived the command; [^\r\n]*service of the host")
        self.assertEqual(terminal.wait(), 5)
        self.assertRegex(self.gateway.wait_for_audit("run.ended", status=5)["left_behind"][0], r"\Asleep \(\d+\)\Z")

    def test_a_command_that_leaves_nothing_behind_is_not_told_of(self):
        self.assert_ran(self.ssh("plain", "sh -c 'sleep 0.2 & wait; exit 9'"), "", status=9)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", status=9)["left_behind"], [])

    def test_what_the_child_says_within_the_delay_arrives(self):
        result = self.ssh("plain", "sh -c '(sleep 0.3; echo late) & echo early'")
        self.assertEqual((result.status, result.stdout), (0, b"early\nlate\n"))


if __name__ == "__main__":
    harness.main()
