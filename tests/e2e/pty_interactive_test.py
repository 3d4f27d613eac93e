"""A shell on a terminal: a line is typed, its answer read; ^C reaches the foreground, ^D ends the input."""

import harness


class PtyInteractive(harness.GatewayTest):
    def test_what_is_typed_is_answered(self):
        terminal = self.run_terminal("plain", "sh")
        terminal.expect(rb"[$#] ")
        terminal.send("echo $((6*7)) $PWD\n")
        terminal.expect(rb"\n42 \S*/releases/v2\r\n")
        terminal.send("exit 5\n")
        self.assertEqual(terminal.wait(), 5)

    def test_control_c_interrupts_the_foreground_only(self):
        terminal = self.run_terminal("plain", "sh")
        terminal.expect(rb"[$#] ")
        terminal.send("sleep 300\n")
        # Executed, and so in the foreground: the shell's fork is there before it is.
        harness.wait_until(lambda: any("sleep 300" in harness.processes.command_line(pid) for pid in self.commands()),
                           "sleep to run")
        terminal.send(b"\x03")
        terminal.expect(rb"[$#] ")
        terminal.send("echo status $?\n")
        terminal.expect(rb"\nstatus 130\r\n")

    def test_control_d_ends_the_input(self):
        terminal = self.run_terminal("plain", "cat")
        terminal.expect(rb"as alice\r\n")
        terminal.send("a line\n")
        terminal.expect(rb"a line\r\na line\r\n")
        terminal.send(b"\x04")
        self.assertEqual(terminal.wait(), 0)

    def test_a_command_that_has_let_go_of_its_terminal_is_not_hung_up(self):
        # As programs do that close their streams before they exit; here it takes its time.
        terminal = self.run_terminal("plain", "python3 -c 'import os, time; os.closerange(0, 3); time.sleep(0.3)'")
        self.assertEqual(terminal.wait(), 0)

    def test_a_terminal_that_nobody_had_open_is_heard_when_it_is_opened_again(self):
        terminal = self.run_terminal("plain", "sh -c 'exec <&- >&- 2>&-; sleep 0.3; echo again > /dev/tty; exit 3'")
        self.assertEqual(terminal.wait(), 3)
        self.assertIn(b"again\r\n", terminal.output)

    def test_a_large_output_arrives_whole(self):
        terminal = self.run_terminal("plain", "seq 1 100000")
        self.assertEqual(terminal.wait(), 0)
        self.assertTrue(terminal.output.endswith(b"\n".join(b"%d\r" % n for n in range(99000, 100001)) + b"\n"))


if __name__ == "__main__":
    harness.main()
