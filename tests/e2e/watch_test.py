"""`ssh oneoff@host watch RUN` shows what a run prints, as it comes, to whom the policy names; the run notices nothing."""

import shutil
import subprocess

import gateway
import harness
import processes

POLICY = {**gateway.DEFAULT_POLICY, "watchers": [
    {"name": "auditors", "who": ["dora"], "apps": ["plain"]},
    {"name": "elsewhere", "who": ["carol"], "apps": ["shop"]}]}


class Watch(harness.GatewayTest):
    people = ("alice", "bob", "carol", "dora")
    app = {"record": {"keep": "64M"}}
    settings = {"watch": {"at_once": 3, "per_person": 2, "patience": "400ms"}}

    @classmethod
    def prepare(cls):
        cls.gateway.policy(POLICY)
        cls.gateway.app("short", cls.plain.directory, record={"keep": "8"})

    def setUp(self):
        super().setUp()
        harness.wait_until(lambda: not self.watching(), "the last test's watchers to be gone")

    def run_of(self, command, person="alice", **options):
        """A run on a terminal, which says `ready`; and its id."""
        terminal = self.run_terminal("plain", command, person=person, **options)
        run = terminal.expect(rb" run ([a-z2-7]{8}) as ").group(1).decode()
        terminal.expect(rb"ready\r\n")
        return terminal, run

    def watching(self):
        return sum(processes.name(pid) == "oneoff-watch" for pid in self.gateway.processes())

    def watch(self, run, person="dora", **options):
        return self.run_terminal("oneoff", "watch", run, person=person, **options)

    def test_what_was_printed_and_what_comes_is_shown_until_the_run_ends(self):
        terminal, run = self.run_of("sh -c 'printf \"caf\\303\\251 \\033[1mbold\\033[0m\\n\"; echo ready; read line; "
                                    "echo got $line; exit 3'", rows=30, columns=99)
        watcher = self.watch(run)
        watcher.expect(rb"oneoff: watching plain\+v2 run %s of alice \(99x30\): sh -c .*; Ctrl-C leaves\r\n"
                       rb"caf\xc3\xa9 \x1b\[1mbold\x1b\[0m\r\nready\r\n" % run.encode())
        terminal.send("something\n")
        watcher.expect(rb"something\r\ngot something\r\n")
        self.assertEqual(terminal.wait(), 3)
        self.assertEqual(watcher.wait(), 0)
        watcher.expect(rb"oneoff: plain\+v2 run %s has ended: exited with 3\r\n\Z" % run.encode())
        watched = self.gateway.wait_for_audit("run.watched", run=run)
        self.assertEqual({key: watched[key] for key in ("app", "release", "of", "person", "rule")},
                         {"app": "plain", "release": "v2", "of": "alice", "person": "dora", "rule": "auditors"})
        self.assertIn("dora", self.gateway.oneoff("audit", "show", "--run", run).stdout)

    def test_the_last_64_kib_are_shown_from_a_whole_line_on(self):
        terminal, run = self.run_of("sh -c 'seq 100000; echo ready; read line'")
        watcher = self.watch(run)
        shown = watcher.expect(rb"Ctrl-C leaves\r\n(.*)ready\r\n").group(1).split(b"\r\n")
        numbers = [int(line) for line in shown[:-1]]
        self.assertEqual(numbers, list(range(numbers[0], 100001)))
        self.assertLess(64 * 1024 - sum(len(line) + 2 for line in shown), 32)
        self.assertGreater(numbers[0], 90000)

    def test_a_terminals_questions_are_taken_out(self):
        # Without echo: what the terminal answers would stand between the lines.
        terminal, run = self.run_of(r"sh -c 'stty -echo; printf \"a\\033[6nb\\033]52;c;QUJD\\007c\\033]11;?\\007d\\005e\\n\"; echo ready; "
                                    r"read line; printf \"f\\033[cg\\n\"; read line'".replace('\\"', '"'))
        watcher = self.watch(run)
        watcher.expect(rb"leaves\r\nabcde\r\nready\r\n")
        self.assertNotIn(b"\x1b[6n", watcher.output)
        terminal.send("x\n")
        watcher.expect(rb"fg\r\n")

    def test_streams_stay_apart_without_a_terminal(self):
        process = self.start_ssh("plain", "sh -c 'printf \"a\\377\\n\"; echo wrong >&2; echo ready; read line; echo end; exit 4'",
                                 stdin=subprocess.PIPE)
        self.assertEqual([process.stdout.readline(), process.stdout.readline()], [b"a\xff\n", b"ready\n"])
        run = self.gateway.wait_for_audit("run.started", person="alice")["run"]
        watcher = self.start_ssh("oneoff", "watch", run, person="dora")
        self.assertEqual([watcher.stdout.readline(), watcher.stdout.readline()], [b"a\xff\n", b"ready\n"])
        on_terminal = self.watch(run)
        on_terminal.expect(rb"a\xff\r\n")
        on_terminal.expect(rb"ready\r\n")
        process.communicate(b"x\n", timeout=20)
        out, err = watcher.communicate(timeout=20)
        self.assertEqual((process.returncode, watcher.returncode, out), (4, 0, b"end\n"))
        self.assertRegex(err.decode(), rf"\Aoneoff: watching plain\+v2 run {run} of alice: sh -c .*; Ctrl-C leaves\nwrong\n"
                                       rf"oneoff: plain\+v2 run {run} has ended: exited with 4\n\Z")
        self.assertEqual(on_terminal.wait(), 0)

    def test_ones_own_runs_by_their_beginning_and_the_newest(self):
        terminal, run = self.run_of("sh -c 'echo ready; read line'", person="bob")
        for name in (run, run[:6], "last"):
            watcher = self.watch(name, person="bob")
            watcher.expect(rb"watching plain\+v2 run %s of bob" % run.encode())
            watcher.send("\x03")
            self.assertEqual(watcher.wait(), 0)
            watcher.expect(rb"oneoff: no longer watching plain\+v2 run %s\r\n" % run.encode())
        self.assertEqual(self.gateway.wait_for_audit("run.watched", run=run)["rule"], "")

    def test_who_is_not_named_cannot_tell_others_runs_from_none(self):
        terminal, run = self.run_of("sh -c 'echo ready; read line'")
        for person in ("bob", "carol"):
            for name in (run, "zzzzzzzz"):
                result = self.ssh("oneoff", "watch", name, person=person)
                self.assertEqual((result.status, result.stdout, result.stderr),
                                 (64, b"", f"oneoff: watch: no run that you may watch is called '{name}'; those that run: "
                                           "ssh oneoff@HOST ps\n"))
        self.assertEqual(self.gateway.audit("run.watched", run=run), [])
        self.gateway.wait_for_audit("run.denied", person="carol", command="watch zzzzzzzz", status=64)

    def test_whoever_only_watches_sees_what_runs(self):
        terminal, run = self.run_of("sh -c 'echo ready; read line'")
        self.assertIn(run, self.ssh("oneoff", "ps", person="dora").stdout.decode())
        self.assertIn("You may watch what runs in plain.\n", self.ssh("oneoff", person="dora").stdout.decode())
        self.assertEqual(self.ssh("plain", "true", person="dora").status, 77)

    def test_nothing_that_a_watcher_types_reaches_the_run(self):
        terminal, run = self.run_of("sh -c 'echo ready; read line; echo got $line'")
        watcher = self.watch(run)
        watcher.expect(rb"ready\r\n")
        watcher.send("from the watcher\n")
        watcher.send("\x04")
        self.assertEqual(watcher.wait(), 0)
        terminal.send("from its person\n")
        terminal.expect(rb"got from its person\r\n")
        self.assertNotIn(b"watcher", terminal.output)

    def test_a_slow_watcher_is_dropped_and_the_run_does_not_wait(self):
        process = self.start_ssh("plain", "sh -c 'echo ready; read line; head -c 20000000 /dev/zero; exit 5'")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        run = self.gateway.wait_for_audit("run.started", person="alice")["run"]
        watcher = self.start_ssh("oneoff", "watch", run, person="dora")
        self.assertEqual(watcher.stdout.readline(), b"ready\n")  # and nothing more is read, for now
        out, _ = process.communicate(b"x\n", timeout=30)
        self.assertEqual((process.returncode, len(out)), (5, 20_000_000))
        harness.wait_until(lambda: not self.watching(), "the watcher to be dropped")
        out, err = watcher.communicate(timeout=30)
        self.assertLess(len(out), 20_000_000)
        self.assertEqual((watcher.returncode, err.splitlines()[-1].decode()),
                         (75, f"oneoff: watch: plain+v2 run {run}: you are dropped: you read nothing for 400 ms"))

    def test_there_is_room_for_so_many(self):
        terminal, run = self.run_of("sh -c 'echo ready; read line'")
        watchers = [self.watch(run) for _ in range(2)]
        for watcher in watchers:
            watcher.expect(rb"ready\r\n")
        result = self.ssh("oneoff", "watch", run, person="dora")
        self.assertEqual((result.status, result.stderr),
                         (75, "oneoff: watch: you watch 2 runs, which is the limit for a person; try later\n"))
        own = self.watch(run, person="alice")
        own.expect(rb"ready\r\n")
        result = self.ssh("oneoff", "watch", run)
        self.assertEqual((result.status, result.stderr),
                         (75, "oneoff: watch: too many runs are being watched; try later\n"))
        watchers[0].close()
        harness.wait_until(lambda: self.watching() == 2, "the place to be free")
        self.watch(run).expect(rb"ready\r\n")

    def test_a_reader_that_has_had_enough_ends_it_and_the_run_goes_on(self):
        terminal, run = self.run_of("sh -c 'seq 10000; echo ready; read line'")
        process = self.start_ssh("oneoff", "watch", run, person="dora")
        self.assertRegex(process.stdout.readline(), rb"\A\d+\r\n\Z")
        process.stdout.close()
        terminal.send("x\n")  # what ssh cannot write tells it
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn(b"lost", process.stderr.read())

    def test_a_terminal_is_left_as_it_was(self):
        terminal, run = self.run_of("sh -c 'printf \"\\033[?1049h\\033[?25l\\033[31min the editor\\n\"; echo ready; read line'")
        for leave in ("ctrl-c", "end"):
            watcher = self.watch(run)
            watcher.expect(rb"\x1b\[31min the editor\r\nready\r\n")
            if leave == "ctrl-c":
                watcher.send("\x03")
            else:
                terminal.send("x\n")
            self.assertEqual(watcher.wait(), 0)
            watcher.expect(rb"\x18\x1b\[!p\x1b\[\?5;69l\x1b\[\?7;25h\x1b\[0m\x1b\[\?1049l\r\noneoff: [^\x1b]*\r\n\Z")

    def test_what_was_not_kept_is_counted(self):
        process = self.start_ssh("short", "sh -c 'echo ready; read line; echo more; echo and more'")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        run = self.gateway.wait_for_audit("run.started", app="short")["run"]
        watcher = self.start_ssh("oneoff", "watch", run)
        self.assertEqual(watcher.stdout.readline(), b"ready\n")
        process.communicate(b"x\n", timeout=20)
        out, err = watcher.communicate(timeout=20)
        self.assertEqual(out, b"mo")
        self.assertRegex(err.decode(), r"exited with 0; 12 bytes of its output were not kept, and are not shown\n\Z")

    def test_a_run_without_a_recording_cannot_be_watched(self):
        terminal, run = self.run_of("sh -c 'echo ready; read line'")
        shutil.rmtree(self.gateway.root / "lib/recordings" / run)
        result = self.ssh("oneoff", "watch", run, person="dora")
        self.assertEqual((result.status, result.stderr),
                         (69, f"oneoff: watch: plain+v2 run {run}: it is not recorded, so it cannot be watched\n"))

    def test_which_run_has_to_be_said(self):
        for words in (("watch",), ("watch", "a", "b"), ("watch", "''")):
            result = self.ssh("oneoff", *words)
            self.assertEqual((result.status, result.stderr),
                             (64, "oneoff: oneoff@: watch takes the id of a run, its beginning, or last\n"))


if __name__ == "__main__":
    harness.main()
