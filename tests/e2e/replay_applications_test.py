"""A run of each real application replays byte for byte as its client got it, before and after it is archived."""

import re
import subprocess

import apps
import harness
import processes
from waiting import wait_until

APPLICATIONS = {"library": apps.Library, "ledger": apps.Ledger, "till": apps.Till, "press": apps.Press}
# Before anything of the command, a terminal gets lines of the gateway's own, which are not recorded.
GREETING = rb"\A(?:oneoff: [^\r\n]*\r\n)+"
# What stands before an answer: the line editor may have more to say.
NEW_LINE = rb"\n(?:\x1b\[[0-9;?]*[A-Za-z])*"


class ReplayApplications(harness.GatewayTest):
    shop = True

    @classmethod
    def prepare(cls):
        for name, application in APPLICATIONS.items():
            cls.gateway.app(name, application(cls.directory / "apps" / name).directory)

    def setUp(self):
        self.runs = []

    def replay(self, run):
        result = subprocess.run([harness.ONEOFF, "--root", self.gateway.root, "replay", run, "--no-wait", "--raw"],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout, result.stderr

    def assert_replays(self, run, got):
        """Not by assertEqual, which takes minutes to show how many random bytes differ."""
        replayed = self.replay(run)
        self.assertTrue(replayed == got, f"{replayed!r:.3000} is not {got!r:.3000}")

    def keep(self, app, command, got):
        """Says what a client got; it is what is replayed."""
        run = self.gateway.wait_for_audit("run.started", app=app, command=command)["run"]
        self.gateway.wait_for_audit("run.ended", run=run)
        self.assert_replays(run, got)
        self.runs.append((run, got))

    def on_pipes(self, app, command, says, status=0, complains=b"", stdin=b""):
        """`says` and `complains` are expressions that are in what the command writes: something is to be replayed."""
        process = self.start_ssh(app, command)
        got = process.communicate(stdin, timeout=60)
        self.assertEqual(process.returncode, status, got)
        for text, expected in zip(got, (says, complains)):
            self.assertRegex(text, expected) if expected else self.assertEqual(text, b"")
        self.keep(app, command, got)

    def on_terminal(self, app, command, prompt, *steps, leave):
        """Each step is a line that is typed at the prompt, and an expression for what comes of it."""
        terminal = self.run_terminal(app, command, columns=200)
        run = terminal.expect(rb" run ([a-z2-7]{8}) as alice").group(1).decode()

        def at_prompt(keys):
            terminal.expect(prompt, patience=60)
            wait_until(lambda: processes.edits_lines(f"ONEOFF_RUN={run}"), f"a line editor in run {run}")
            terminal.send(keys)

        for line, answer in steps:
            at_prompt(line + "\r")
            terminal.expect(answer)
        at_prompt(leave)
        self.assertEqual(terminal.wait(), 0)
        self.assertRegex(terminal.output, GREETING)
        shown = re.sub(GREETING, b"", terminal.output)
        self.assertNotIn(b"oneoff: ", shown)
        self.keep(app, command, (shown, b""))

    def assert_archived_and_sound(self):
        for run, got in self.runs:
            state = self.gateway.root / "lib/recordings" / run / "state"
            wait_until(lambda path=state: not path.exists(), f"recording {run} to be archived")
            self.assert_replays(run, got)
        verdict = self.gateway.oneoff("audit", "verify")
        self.assertEqual(verdict.returncode, 0, verdict.stdout)

    def test_rails(self):
        self.on_pipes("shop", "rake db:migrate", rb"AddPaidAtToOrders: migrated \(")
        self.on_pipes("shop", "rake no:such", b"", status=1, complains=b"Don't know how to build task 'no:such'")
        answer = rb"=> \[[^\r\n]*42[^\r\n]*caf\xc3\xa9[^\r\n]*\]\r\n"
        self.on_terminal("shop", "console", rb"irb\(main\):\d+:0> ", ('[6 * 7, "caf\u00e9", Order.count]', answer),
                         leave="exit\r")
        self.assert_archived_and_sound()

    def test_django_and_tornado(self):
        self.on_pipes("library", "manage.py migrate --force-color", rb"Applying books\.0001_initial\.\.\.\x1b\[")
        self.on_pipes("library", "manage.py loaddata -", b"", status=1, complains=b"--format must be specified", stdin=b"[]")
        script = 'import tornado.log as log; log.app_log.error("\u00e9"); print(log.logging.__file__)'
        self.on_pipes("library", f"python -c '{script}'", rb"/logging/", complains="\u00e9\n".encode())
        self.on_terminal("library", "manage.py shell", rb">>> ",
                         ("print(6 * 7, '\\x1b[1mbold')", rb"\n42 \x1b\[1mbold\r\n"), leave="\x04")
        self.assert_archived_and_sound()

    def test_scripts(self):
        self.on_pipes("ledger", "php scripts/fix_bad_records.php", b"2 bad records\n")
        # More than a chunk, of any bytes, and two streams that take turns.
        script = 'foreach (range(1, 50) as $i) { echo random_bytes(7000); fwrite(STDERR, "$i\\r\\n\\xff"); }'
        self.on_pipes("ledger", f"php -r '{script}'", b".", complains=b"50\r\n\xff")
        self.on_terminal("ledger", "console", rb"php > ", ('echo 60*7, "\\n";', NEW_LINE + b"420"), leave="\x04")
        self.assert_archived_and_sound()

    def test_php_with_composer(self):
        self.on_pipes("till", "repair", b"2 bad receipts\n")
        self.on_terminal("till", "php -a", rb"php > ",
                         ('require "vendor/autoload.php"; echo Till\\Book::class;', NEW_LINE + rb"Till\\Book"), leave="\x04")
        self.assert_archived_and_sound()

    def test_node(self):
        self.on_pipes("press", "tidy-proofs", b"2 untidy proofs\n")
        self.on_pipes("press", "node -e 'console.error(\"\u6f22\"); throw new Error(\"asked to\")'", b"", status=1,
                      complains=b"Error: asked to")
        self.on_terminal("press", "node", rb"> ", ("'<' + '/script>'.repeat(2)", rb"'</script>/script>'"), leave="\x04")
        self.assert_archived_and_sound()


if __name__ == "__main__":
    harness.main()
