"""A run outlives its line, and its person comes back to it with a plain ssh."""

import os
import signal
import subprocess

import harness
import processes
from cast import Cast
from proxy import Line

READY = "echo ready; while :; do sleep 0.02; done"


class Attach(harness.GatewayTest):
    settings = {"on_disconnect": {"lost": "default"}, "keepalive": "200ms", "lost_after": "800ms", "term_after": "300ms", "kill_after": "300ms"}

    def tearDown(self):
        for run in [name[:8] for name in self.gateway.runs() if not name.startswith(".")]:
            self.ssh("oneoff", "stop", "--force", run)
        harness.wait_until(lambda: not self.commands(), "the commands to be gone")

    def attachment(self, run):
        """The newest; of a run that is over: that no client has it."""
        try:
            text = (self.gateway.root / "lib/runs" / f"{run}.jsonl").read_text()
        except FileNotFoundError:
            return {"attached": False}
        for line in filter(None, text.splitlines()[::-1]):
            fields = harness.json.loads(line)
            if fields["type"] == "attachment":
                return fields
        return {}

    def wait_until_alone(self, run):
        harness.wait_until(lambda: self.attachment(run).get("attached") is False, "the client to be gone")

    def wait_until_attached(self, run):
        harness.wait_until(lambda: self.attachment(run).get("attached"), "a client to be attached")

    def lost_terminal(self, command, **options):
        """A run on a terminal whose client was killed."""
        terminal = self.run_terminal("plain", command, **options)
        run = terminal.expect(rb" run ([a-z2-7]{8}) as ").group(1).decode()
        terminal.expect(rb"ready")
        terminal.kill()
        self.wait_until_alone(run)
        return run

    def detached(self, *command, **options):
        result = self.ssh("plain", "run:detached", *command, **options)
        self.assertEqual(result.status, 0, result.stderr)
        return result.stdout.decode().strip()

    # Terminals.

    def test_a_terminal_is_there_again_after_its_line_was_lost(self):
        run = self.lost_terminal("sh -c 'echo ready; while read line; do echo \"got $line\"; done; exit 3'")
        terminal = self.run_terminal("oneoff", "attach", run)
        self.wait_until_attached(run)
        terminal.send("one\n")
        terminal.expect(rb"got one\r\n")
        terminal.send("\x04")
        self.assertEqual(terminal.wait(), 3)
        self.assertEqual([r["act"] for r in self.gateway.audit("run.managed", run=run)], ["attach"])

    def test_a_window_of_another_size_is_the_commands_too(self):
        run = self.lost_terminal("sh -c 'trap \"stty size\" WINCH; echo ready; while :; do sleep 0.02; done'")
        terminal = self.run_terminal("oneoff", "attach", run, rows=31, columns=97)
        terminal.expect(rb"31 97")
        terminal.resize(40, 120)
        terminal.expect(rb"40 120")

    def test_leaving_an_attached_run_detaches_it(self):
        run = self.lost_terminal(f"sh -c 'trap \"\" HUP; {READY}'")
        terminal = self.run_terminal("oneoff", "attach", run)
        self.wait_until_attached(run)
        terminal.send("\r~.")
        self.assertEqual(terminal.wait(), 255)
        self.wait_until_alone(run)
        self.assertGreater(self.attachment(run)["until_ms"], 0)
        self.assertEqual(len(self.commands()) > 0, True)

    def test_a_second_client_takes_over_and_the_first_is_told(self):
        terminal = self.run_terminal("plain", f"sh -c '{READY}'")
        run = terminal.expect(rb" run ([a-z2-7]{8}) as ").group(1).decode()
        terminal.expect(rb"ready")
        second = self.run_terminal("oneoff", "attach", run)
        self.assertEqual(terminal.wait(), 129)
        terminal.expect(rb"oneoff: plain\+v2 run %s: alice from 127.0.0.1 has taken it over; it goes on" % run.encode())
        self.assertEqual(self.ssh("oneoff", "detach", run).status, 0)
        self.assertEqual(second.wait(), 129)
        second.expect(rb"has detached it; it goes on")
        self.assertEqual(self.ssh("oneoff", "detach", run).status, 69)

    def test_a_kept_run_is_ended_when_nobody_comes_back(self):
        self.gateway.app("short", self.plain.directory, on_disconnect={"lost": "keep 1s"})
        terminal = self.run_terminal("short", f"sh -c '{READY}'")
        run = terminal.expect(rb" run ([a-z2-7]{8}) as ").group(1).decode()
        terminal.expect(rb"ready")
        terminal.kill()
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))

    def test_the_next_login_hears_of_it(self):
        run = self.lost_terminal(f"sh -c '{READY}'")
        terminal = self.run_terminal("plain", "true")
        terminal.expect(rb"oneoff: your connection to run %s was lost, and it goes on \(sh -c .*\); come back: "
                        rb"ssh -t oneoff@HOST attach %s\r\n" % (run.encode(), run.encode()))

    def test_a_terminal_is_needed_for_a_terminal(self):
        run = self.lost_terminal(f"sh -c '{READY}'")
        self.assert_refused(self.ssh("oneoff", "attach", run), 64,
                            f"oneoff: attach: plain+v2 run {run} has a terminal; type: ssh -t oneoff@HOST attach {run}\n")

    # Pipes.

    def test_a_command_goes_on_without_its_line_and_keeps_its_output(self):
        done = self.plain.directory / "releases/v2/tmp/go"
        with Line(self.client.port) as line:
            client = harness.Client(self.directory, line.port, self.gateway.host_keys())
            process = client.start("plain", f"sh -c 'echo ready; while [ ! -e {done} ]; do sleep 0.02; done; "
                                            f"seq 1000; echo wrong >&2; exit 5'")
            self.addCleanup(self._end, process)
            self.assertEqual(process.stdout.readline(), b"ready\n")
            run = self.gateway.wait_for_audit("run.started")["run"]
            line.fall_silent()
            self.wait_until_alone(run)
        done.touch()
        harness.wait_until(lambda: self.gateway.audit("run.ended", run=run), "the run to end")
        numbers = "".join(f"{n}\n" for n in range(1, 1001)).encode()
        for words in (("attach", run), ("attach", run, "--from", "start"), ("logs", run)):
            result = self.ssh("oneoff", *words)
            self.assertEqual(result.stdout, b"ready\n" + numbers)
            self.assertIn("wrong\n", result.stderr)
            self.assertEqual(result.status, 0 if words[0] == "logs" else 5)
        self.assertEqual(self.ssh("oneoff", "attach", run, "--from", "6,6").stdout, numbers)
        self.assertEqual(self.ssh("oneoff", "wait", run).status, 5)

    def test_a_line_that_is_cut_again_and_again_loses_no_byte(self):
        command = "sh -c 'seq 400000; sleep 0.05; seq 400001 500000'"
        expected = "".join(f"{n}\n" for n in range(1, 500001)).encode()
        with Line(self.client.port) as line:
            process = harness.Client(self.directory, line.port, self.gateway.host_keys()).start("plain", command)
            self.addCleanup(self._end, process)
            got = process.stdout.read(100_000)
            run = self.gateway.wait_for_audit("run.started", command=command)["run"]
            line.reset()
            got += process.stdout.read()
        for _ in range(10):
            self.wait_until_alone(run)
            with Line(self.client.port) as line:
                client = harness.Client(self.directory, line.port, self.gateway.host_keys())
                process = client.start("oneoff", "attach", run, "--from", str(len(got)))
                self.addCleanup(self._end, process)
                got += process.stdout.read(100_000)
                line.reset()
                got += process.stdout.read()
        result = self.ssh("oneoff", "attach", run, "--from", str(len(got)))
        self.assertEqual((result.status, got + result.stdout == expected), (0, True), result.stderr)

    def test_a_command_that_has_half_of_its_input_is_hung_up(self):
        with Line(self.client.port) as line:
            client = harness.Client(self.directory, line.port, self.gateway.host_keys())
            process = client.start("plain", "sh -c 'echo ready; exec cat'", stdin=subprocess.PIPE)
            self.addCleanup(self._end, process)
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.stdin.write(b"half\n")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), b"half\n")
            run = self.gateway.wait_for_audit("run.started", command="sh -c 'echo ready; exec cat'")["run"]
            line.reset()
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], "lost_line")

    def test_a_client_that_leaves_ends_its_command(self):
        process = self.start_ssh("plain", f"sh -c '{READY}'")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        run = self.gateway.wait_for_audit("run.started")["run"]
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["how"], "hangup")

    # Detached runs.

    def test_a_detached_run_says_its_id_and_goes_on(self):
        go = self.plain.directory / "releases/v2/tmp/go-on"
        run = self.detached(f"sh -c 'echo one; while [ ! -e {go} ]; do sleep 0.02; done; echo two; exit 6'")
        attached = self.start_ssh("oneoff", "attach", run)
        self.assertEqual(attached.stdout.readline(), b"one\n")
        waiting = self.start_ssh("oneoff", "wait", run)
        followed = self.start_ssh("oneoff", "logs", "-f", run)
        self.assertEqual(followed.stdout.readline(), b"one\n")
        go.touch()
        self.assertEqual(attached.communicate(timeout=20)[0], b"two\n")
        self.assertEqual(attached.returncode, 6)
        self.assertEqual(followed.communicate(timeout=20)[0], b"two\n")
        waiting.communicate(timeout=20)
        self.assertEqual(waiting.returncode, 6)

    def test_an_attached_client_leaves_without_ending_a_detached_run(self):
        run = self.detached(f"sh -c '{READY}'")
        attached = self.start_ssh("oneoff", "attach", run)
        self.assertEqual(attached.stdout.readline(), b"ready\n")
        attached.send_signal(signal.SIGINT)
        attached.wait()
        self.wait_until_alone(run)
        self.assertTrue(self.commands())
        self.assertIn(run, self.ssh("oneoff", "ps").stdout.decode())

    def test_a_reader_that_ends_leaves_the_run_alone(self):
        run = self.detached("sh -c 'while :; do echo line; sleep 0.02; done'")
        attached = self.start_ssh("oneoff", "attach", run, stdin=subprocess.DEVNULL)
        self.assertEqual(attached.stdout.readline(), b"line\n")
        attached.stdout.close()
        self.assertEqual(attached.wait(20), 0)
        self.wait_until_alone(run)
        self.assertTrue(self.commands())

    def test_a_detached_run_has_no_input_and_may_have_a_terminal(self):
        run = self.detached("cat")
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["status"], 0)
        terminal = self.run_terminal("plain", "run:detached sh -c 'tty; while read line; do echo got $line; done'",
                                     rows=33, columns=99)
        self.assertEqual(terminal.wait(), 0)
        run = terminal.expect(rb"\n([a-z2-7]{8})\r\n|\A([a-z2-7]{8})\r\n").group(0).decode().strip()
        attached = self.run_terminal("oneoff", "attach", run)
        self.wait_until_attached(run)
        attached.send("x\n")
        attached.expect(rb"got x\r\n")

    def test_runs_are_managed_after_the_broker_was_killed(self):
        run = self.detached(f"sh -c '{READY}'")
        kept = self.lost_terminal("sh -c 'echo ready; read line; echo got $line'")
        os.kill(Cast(self.gateway).broker, signal.SIGKILL)
        harness.wait_until(lambda: run in self.ssh("oneoff", "ps").stdout.decode(), "the next broker")
        terminal = self.run_terminal("oneoff", "attach", kept)
        self.wait_until_attached(kept)
        terminal.send("there\n")
        terminal.expect(rb"got there\r\n")
        self.assertEqual(self.ssh("oneoff", "stop", run).status, 0)
        self.assertEqual(self.ssh("oneoff", "wait", run).status, 143)

    def test_runs_outlive_their_session_process(self):
        process = self.start_ssh("plain", f"sh -c '{READY}'")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        run = self.gateway.wait_for_audit("run.started")["run"]
        sessions = [pid for pid in self.gateway.processes() if processes.name(pid) == "oneoff-session"]
        for pid in sessions:
            os.kill(pid, signal.SIGKILL)
        self.wait_until_alone(run)
        attached = self.start_ssh("oneoff", "attach", run)
        self.assertEqual(attached.stdout.readline(), b"ready\n")

    # Stop, and whose runs.

    def test_a_run_is_stopped_and_the_record_says_by_whom(self):
        run = self.detached(f"sh -c '{READY}'")
        stopped = self.ssh("oneoff", "stop", run)
        self.assertEqual((stopped.status, stopped.stdout), (0, b""))
        self.assertEqual(self.ssh("oneoff", "wait", run).status, 143)
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["by"]), ("stopped", "alice from 127.0.0.1"))

    def test_force_kills_at_once(self):
        run = self.detached(f"sh -c 'trap \"\" HUP TERM; {READY}'")
        self.assertEqual(self.ssh("oneoff", "stop", "--force", run).status, 0)
        self.assertEqual(self.ssh("oneoff", "wait", run).status, 143)

    def test_other_peoples_runs_are_not_there_without_an_entry(self):
        run = self.detached(f"sh -c '{READY}'")
        for verb in ("attach", "detach", "stop", "wait", "logs"):
            self.assert_refused(self.ssh("oneoff", verb, run, person="bob"), 65,
                                f"oneoff: {verb}: no run of yours is called '{run}'; list them: "
                                f"ssh oneoff@HOST {'ps' if verb in ('detach', 'stop') else 'ps --all'}\n")

    def test_an_entry_of_over_runs_allows_what_it_names(self):
        policy = {**harness.gateway.DEFAULT_POLICY, "over_runs": [
            {"name": "bob stops", "who": ["bob"], "apps": ["plain"], "may": ["stop", "wait"]}]}
        run = self.detached(f"sh -c '{READY}'")
        self.gateway.policy(policy)
        self.addCleanup(self.gateway.policy, harness.gateway.DEFAULT_POLICY)
        harness.wait_until(lambda: self.ssh("oneoff", "stop", run, person="bob").status == 0, "the new policy")
        self.assertEqual(self.ssh("oneoff", "attach", run, person="bob").status, 65)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=run)["by"], "bob from 127.0.0.1")
        self.assertEqual(self.gateway.audit("run.managed", run=run, act="stop")[-1]["rule"], "bob stops")

    def test_what_is_no_longer_allowed_cannot_be_attached_to(self):
        run = self.detached(f"sh -c '{READY}'")
        policy = {**harness.gateway.DEFAULT_POLICY, "rules": [
            {"name": "only hello", "who": ["alice"], "apps": ["*"], "run": ["hello"]}]}
        self.gateway.policy(policy)
        self.addCleanup(self.gateway.policy, harness.gateway.DEFAULT_POLICY)
        result = harness.wait_until(lambda: self.ssh("oneoff", "attach", run).status == 77 and
                                    self.ssh("oneoff", "attach", run), "the new policy")
        self.assertIn(f"oneoff: attach: plain+v2 run {run}: it would not be allowed now: ", result.stderr)

    def test_words_that_are_none(self):
        self.assert_refused(self.ssh("oneoff", "attach"), 64,
                            "oneoff: oneoff@: attach takes the id of a run, its beginning, or last; and --from "
                            "OUT[,ERR] or --from start\n")
        self.assertEqual(self.ssh("oneoff", "stop", "zzzzzzzz").status, 65)
        self.assertEqual(self.ssh("oneoff", "stop", "--no").status, 64)


if __name__ == "__main__":
    harness.main()
