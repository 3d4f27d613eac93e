"""A command that a signal killed ends with 128 and the signal's number, as in a shell."""

import harness


class ExitSignal(harness.GatewayTest):
    def test_each_deadly_signal_is_told_by_its_number(self):
        for name, number in (("HUP", 1), ("INT", 2), ("QUIT", 3), ("ABRT", 6), ("KILL", 9), ("SEGV", 11),
                             ("PIPE", 13), ("TERM", 15), ("USR1", 10)):
            with self.subTest(signal=name):
                result = self.ssh("plain", f"sh -c 'ulimit -c 0; kill -{name} $$'")
                self.assert_ran(result, "", status=128 + number)

    def test_it_is_so_on_a_terminal(self):
        self.assertEqual(self.run_terminal("plain", "sh -c 'kill -KILL $$'").wait(), 137)

    def test_output_before_the_signal_arrives(self):
        result = self.ssh("plain", "sh -c 'echo before; kill -TERM $$'")
        self.assert_ran(result, "before\n", status=143)

    def test_the_audit_log_names_the_signal(self):
        self.ssh("plain", "sh -c 'kill -USR2 $$'")
        ended = self.gateway.wait_for_audit("run.ended", how="signalled", status=140)
        self.assertEqual(ended["signal"], 12)


if __name__ == "__main__":
    harness.main()
