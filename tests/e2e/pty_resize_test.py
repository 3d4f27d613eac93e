"""A terminal has the client's size from the first moment, and each new size reaches the command."""

import harness


class PtyResize(harness.GatewayTest):
    def test_the_size_is_there_from_the_start(self):
        terminal = self.run_terminal("plain", "stty size", rows=51, columns=133)
        terminal.expect(rb"51 133\r\n")
        self.assertEqual(terminal.wait(), 0)

    def test_each_resize_is_signalled_and_seen(self):
        script = 'trap "stty size" WINCH; echo ready; while :; do sleep 0.02; done'
        terminal = self.run_terminal("plain", f"sh -c '{script}'", rows=24, columns=80)
        terminal.expect(rb"ready")
        for rows, columns in ((40, 100), (1, 1), (300, 500)):
            terminal.resize(rows, columns)
            terminal.expect(rb"\b%d %d\r\n" % (rows, columns))
        terminal.send(b"\x03")
        self.assertEqual(terminal.wait(), 130)

    def test_the_terminal_is_the_commands_controlling_terminal(self):
        terminal = self.run_terminal("plain", "sh -c 'tty </dev/tty >/dev/null && ps -o tty=,tpgid=,pgid=,sid= -p $$'")
        found = terminal.expect(rb"pts/\d+ +(\d+) +(\d+) +(\d+)")
        self.assertEqual(len(set(found.groups())), 1, "leader of its session, in the foreground")
        self.assertEqual(terminal.wait(), 0)


if __name__ == "__main__":
    harness.main()
