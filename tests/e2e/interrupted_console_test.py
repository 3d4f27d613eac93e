"""^C in a console is the console's: it goes on, and its exit is the run's, also where a shell stays its parent."""

import harness
import processes

# Each console's command, prompt, what keeps it busy once it has said so, and what ends it. A ^C within console.log() would
# stop node's output for good.
CONSOLES = {
    "irb": ("irb --nocolorize", rb"irb\(main\):\d+:0> ", "puts 'bu' + 'sy'; sleep 300\r", "exit\r"),
    "python": ("python3", rb">>> ", "import time; print('bu' + 'sy'); time.sleep(300)\r", "exit()\r"),
    "node": ("node", rb"> ", "fs.writeSync(1, 'bu' + 'sy\\n'); while (true) {}\r", ".exit\r"),
}
WAIT = "import time; print('rea' + 'dy', flush=True); time.sleep(300)"


class InterruptedConsole(harness.GatewayTest):
    app = {"commands": {
        **{name: {"run": run, "pty": True} for name, (run, _, _, _) in CONSOLES.items()},
        **{f"{name}-in-a-list": {"run": f"cd . && {run}", "pty": True} for name, (run, _, _, _) in CONSOLES.items()},
        "killed": {"run": f"cd . && python3 -c \"{WAIT}\"; echo went on", "pty": True},
        "parent": {"run": "sh -c 'echo parent $PPID'"},
    }}

    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v2/Procfile", "console: python3\n")
        cls.plain.own()

    def interrupt(self, name, prompt, busy, leave):
        terminal = self.run_terminal("plain", name, columns=200)
        run = terminal.expect(rb" run ([a-z2-7]{8}) as alice").group(1).decode()
        terminal.expect(prompt)
        harness.wait_until(lambda: processes.edits_lines(f"ONEOFF_RUN={run}"), f"a line editor in run {run}")
        terminal.send(busy)
        # Its line editor has let go of the terminal before that, but irb passes over a ^C until it evaluates.
        terminal.expect(rb"busy\r\n")
        terminal.send("\x03")
        terminal.expect(prompt)
        harness.wait_until(lambda: processes.edits_lines(f"ONEOFF_RUN={run}"), f"a line editor in run {run}")
        terminal.send(leave)
        self.assertEqual(terminal.wait(), 0)
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["status"]), ("exited", 0))

    def test_a_name_gives_way_to_its_console(self):
        for name, (_, *keys) in CONSOLES.items():
            with self.subTest(console=name):
                self.interrupt(name, *keys)

    def test_a_shell_that_stays_outlives_it_too(self):
        for name, (_, *keys) in CONSOLES.items():
            with self.subTest(console=name):
                self.interrupt(f"{name}-in-a-list", *keys)

    def test_a_procfiles_console_too(self):
        self.interrupt("console", *CONSOLES["python"][1:])

    def test_what_dies_of_it_ends_the_shell_too(self):
        terminal = self.run_terminal("plain", "killed")
        terminal.expect(rb"ready\r\n")
        terminal.send("\x03")
        self.assertEqual(terminal.wait(), 130)
        self.assertNotIn(b"went on", terminal.output)

    def test_a_simple_command_has_no_shell_above_it(self):
        # the sh of the text is the command itself: its parent is the supervisor
        said = self.ssh("plain", "parent").stdout.decode()
        self.assertRegex(said, r"\Aparent \d+\n\Z")
        self.assertEqual(self.gateway.audit("run.started", command="parent")[-1]["argv"][2],
                         "exec sh -c 'echo parent $PPID' \"$@\"")


if __name__ == "__main__":
    harness.main()
