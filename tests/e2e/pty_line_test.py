"""On a terminal one line names the run; without one, nothing is said."""

import re

import harness

LINE = rb"oneoff: plain\+v2 \(3f2a91c\) run ([a-z2-7]{8}) as alice\r\n"


class PtyLine(harness.GatewayTest):
    def test_the_line_comes_first_and_names_the_run(self):
        terminal = self.run_terminal("plain", "echo from the command")
        self.assertEqual(terminal.wait(), 0)
        match = re.fullmatch(LINE + rb"from the command\r\n", terminal.output)
        self.assertIsNotNone(match, terminal.output)
        run = match.group(1).decode()
        self.assertEqual(self.gateway.wait_for_audit("run.started", run=run)["pty"], True)

    def test_the_line_names_the_pinned_release(self):
        terminal = self.run_terminal("plain+v1", "bin/which")
        terminal.expect(rb"oneoff: plain\+v1 \(4d5e6f7\) run [a-z2-7]{8} as alice\r\nv1\r\n")

    def test_without_a_terminal_nothing_is_said(self):
        self.assert_ran(self.ssh("plain", "echo from the command"), "from the command\n")

    def test_run_nopty_takes_the_terminal_away(self):
        terminal = self.run_terminal("plain", "run:nopty sh -c 'test -t 0 || echo no terminal'")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(terminal.output.replace(b"\r", b""), b"no terminal\n")


if __name__ == "__main__":
    harness.main()
