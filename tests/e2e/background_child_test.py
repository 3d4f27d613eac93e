"""A child that was left in the background delays the end by two seconds at most, and does not survive it."""

import time

import harness


class BackgroundChild(harness.GatewayTest):
    def test_a_child_that_holds_the_pipes_does_not_hold_the_session(self):
        start = time.monotonic()
        result = self.ssh("plain", "sh -c 'sleep 300 & echo started; exit 6'")
        self.assert_ran(result, "started\n", status=6)
        self.assertLess(time.monotonic() - start, 4)
        harness.wait_until(lambda: not self.commands(), "the child to be ended")

    def test_a_child_that_let_go_of_the_pipes_does_not_delay_the_end(self):
        start = time.monotonic()
        result = self.ssh("plain", "sh -c 'sleep 300 </dev/null >/dev/null 2>&1 & echo started'")
        self.assert_ran(result, "started\n")
        self.assertLess(time.monotonic() - start, 1.5 if not harness.SANITIZED else 4)
        harness.wait_until(lambda: not self.commands(), "the child to be ended")

    def test_a_child_with_a_session_of_its_own_is_ended_too(self):
        self.ssh("plain", "sh -c 'setsid sleep 300 </dev/null >/dev/null 2>&1 & echo started'")
        harness.wait_until(lambda: not self.commands(), "the daemon to be ended")

    def test_what_the_child_says_within_the_delay_arrives(self):
        result = self.ssh("plain", "sh -c '(sleep 0.3; echo late) & echo early'")
        self.assert_ran(result, "early\nlate\n")


if __name__ == "__main__":
    harness.main()
