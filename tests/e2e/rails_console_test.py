"""The framework's own console: a line is typed, its answer read, in the current and in a pinned release."""

import harness


class RailsConsole(harness.GatewayTest):
    shop = True

    def session(self, target):
        terminal = self.run_terminal(target, "console", env={"TERM": "dumb"})
        terminal.expect(rb"oneoff: shop\+v\d \([0-9a-f]{7}\) run [a-z2-7]{8} as alice\r\n")
        terminal.expect(rb"Loading production environment \(Rails 6\.1\.[\d.]+\)", patience=60)
        terminal.expect(rb"> ")
        terminal.send('[6 * 7, ENV["ONEOFF_RELEASE"], Dir.children("db/migrate").size]\n')
        answer = terminal.expect(rb'=> \[(\d+), "(v\d)", (\d)\]').groups()
        terminal.expect(rb"> ")
        terminal.send("exit\n")
        self.assertEqual(terminal.wait(), 0)
        return answer

    def test_a_line_is_typed_and_its_answer_read(self):
        self.assertEqual(self.session("shop"), (b"42", b"v2", b"3"))

    def test_a_pinned_release_has_its_own(self):
        self.assertEqual(self.session("shop+v1"), (b"42", b"v1", b"2"))

    def test_the_audit_names_what_ran(self):
        terminal = self.run_terminal("shop", "console")
        run = terminal.expect(rb" run ([a-z2-7]{8}) as alice").group(1).decode()
        started = self.gateway.wait_for_audit("run.started", run=run)
        self.assertEqual((started["pty"], started["argv"][-1]), (True, "console"))
        terminal.close_window()
        self.gateway.wait_for_audit("run.ended", run=started["run"], how="hangup")


if __name__ == "__main__":
    harness.main()
