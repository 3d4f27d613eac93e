"""The read-eval-print loops of five languages on a terminal: lines are edited and recalled, the app's database read."""

import apps
import harness
import planted
import processes
from waiting import wait_until

LEFT, BACKSPACE, UP, CONTROL_D = "\x1b[D", "\x7f", "\x1b[A", "\x04"
COUNT = "SELECT count(*) FROM entries"


class Repls(planted.Planted):
    @classmethod
    def prepare(cls):
        cls.ledger = apps.Ledger(cls.directory / "apps/ledger")
        cls.plant("ledger", LEDGER_TOKEN=cls.ledger.variable("LEDGER_TOKEN"))
        cls.gateway.app("ledger", cls.ledger.directory)

    def repl(self, command, prompt, wrong, read, three, leave=CONTROL_D):
        """`wrong` is a line that prints 60*7, `read` one that counts the entries, `three` what that prints."""
        terminal = self.run_terminal("ledger", command, columns=250)
        run = terminal.expect(rb" run ([a-z2-7]{8}) as alice").group(1).decode()

        def answers(keys, answer):
            terminal.expect(prompt)
            self.wait_for_editor(run)
            terminal.send(keys + "\r")
            terminal.expect(rb"[\r\nG](\x1b\[[0-9;?]*[A-Za-z])*" + answer + rb"\b")

        behind = len(wrong) - wrong.index("*")
        answers(wrong + LEFT * behind + BACKSPACE, b"(=> )?42")  # 6*7
        answers(UP, b"(=> )?42")
        answers(read, three)
        terminal.expect(prompt)
        self.wait_for_editor(run)
        terminal.send(leave)
        self.assertEqual(terminal.wait(), 0)

    def wait_for_editor(self, run):
        """Some show their prompt before they are ready."""
        wait_until(lambda: processes.edits_lines(f"ONEOFF_RUN={run}"), f"a line editor in run {run}")

    def test_python(self):
        self.repl("python3", rb">>> ", "print(60*7)",
                  "import os, sqlite3; "
                  f"print(sqlite3.connect(os.environ['LEDGER_DATABASE']).execute('{COUNT}').fetchone()[0])", b"3")

    def test_ruby(self):
        self.repl("irb --nocolorize", rb"irb\(main\):\d+:0> ", "60*7",
                  f"require 'sqlite3'; SQLite3::Database.new(ENV['LEDGER_DATABASE']).execute('{COUNT}')",
                  rb"=> \[\[3", leave="exit\r")

    def test_perl(self):
        self.repl("perl -MDBI -de 0", rb"DB<\d+> ", "p 60*7",
                  f"p DBI->connect(\"dbi:SQLite:$ENV{{LEDGER_DATABASE}}\")->selectrow_array('{COUNT}')",
                  b"3", leave="q\r")

    def test_console_is_the_language_of_the_scripts(self):
        self.repl("console", rb"php > ", 'echo 60*7, "\\n";', "echo 1+2;", b"3")

    def test_php(self):
        self.repl("php -a", rb"php > ", 'echo 60*7, "\\n";',
                  f"echo (new SQLite3(getenv('LEDGER_DATABASE')))->querySingle('{COUNT}'), \"\\n\";", b"3")

    def test_node(self):
        self.repl("node", rb"> ", "60*7",
                  "Number(child_process.execFileSync('sqlite3', "
                  f"[process.env.LEDGER_DATABASE, '{COUNT}']).toString())", b"3")


if __name__ == "__main__":
    harness.main()
