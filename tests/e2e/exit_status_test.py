"""The client ends with the command's own status, 0 to 255."""

import harness


class ExitStatus(harness.GatewayTest):
    def test_each_status_is_the_commands_own(self):
        master = ("-o", "ControlMaster=auto", "-o", f"ControlPath={self.directory}/master", "-o", "ControlPersist=10")
        self.addCleanup(self.ssh, "plain", options=(*master, "-O", "exit"))
        for status in range(256):
            with self.subTest(status=status):
                result = self.ssh("plain", f"sh -c 'exit {status}'", options=master)
                self.assert_ran(result, "", status=status)

    def test_a_status_is_kept_without_a_master(self):
        for status in (0, 1, 64, 77, 127, 128, 254, 255):
            with self.subTest(status=status):
                self.assert_ran(self.ssh("plain", f"sh -c 'exit {status}'"), "", status=status)

    def test_a_status_is_kept_on_a_terminal(self):
        for status in (0, 7, 255):
            with self.subTest(status=status):
                self.assertEqual(self.run_terminal("plain", f"sh -c 'exit {status}'").wait(), status)

    def test_the_audit_log_has_the_status(self):
        self.ssh("plain", "sh -c 'exit 42'")
        ended = self.gateway.wait_for_audit("run.ended", status=42)
        self.assertEqual(ended["how"], "exited")


if __name__ == "__main__":
    harness.main()
