"""A private run has processes, /proc and /dev/pts of its own, and is a run like any other apart from that."""

import os
import pathlib
import pwd
import re
import signal
import unittest

import gateway
import harness
import processes
from cast import Cast

POLICY = {
    "groups": {"ops": ["alice"]},
    "rules": [
        {"name": "bob alone", "who": ["bob"], "apps": ["plain", "open"], "run": ["..."], "private": True},
        {"name": "ops", "who": ["group:ops"], "apps": ["*"], "run": ["..."], "shell": True},
    ],
}


@unittest.skipUnless(harness.ROOT, "only root makes namespaces")
class Private(harness.GatewayTest):
    app = {"private": True, "limits": {"time": "2h"}}
    settings = {"term_after": "200ms", "kill_after": "200ms", "linger": "300ms", "keepalive": "200ms",
                "lost_after": "1s"}

    @classmethod
    def prepare(cls):
        cls.gateway.policy(POLICY)
        cls.gateway.app("open", cls.plain.directory)
        cls.gateway.app("short", cls.plain.directory, private=True, limits={"time": "1s"})

    def other(self, app="plain"):
        """Another run of the app, on a terminal: its client, and its sleep's process."""
        before = set(self.commands())
        terminal = self.run_terminal(app, "sleep 300")
        terminal.expect(rb"as alice")
        [pid] = harness.wait_until(lambda: set(self.commands()) - before, "the other run's command")
        return terminal, pid

    def inits(self):
        return [pid for pid in self.gateway.processes()
                if processes.name(pid) == "oneoff-init" and not processes.is_zombie(pid)]

    def assert_nothing_runs(self):
        harness.wait_until(lambda: not self.commands() and not self.inits(), "all of the run to be gone")

    # What it sees.

    def test_it_sees_no_process_of_another_run(self):
        _, pid = self.other()
        self.assert_ran(self.ssh("plain", "ps -e -o comm="), "oneoff-init\nps\n")
        self.assertNotEqual(self.ssh("plain", f"sh -c 'kill -0 {pid}'").status, 0)
        self.assertNotEqual(self.ssh("plain", f"ls /proc/{pid}").status, 0)
        _, pid = self.other("open")
        self.assert_ran(self.ssh("open", f"sh -c 'kill -0 {pid} && test -r /proc/{pid}/environ && echo both'"),
                        "both\n")

    def test_it_sees_no_terminal_of_another_run(self):
        self.other()
        self.assert_ran(self.ssh("plain", "ls /dev/pts"), "ptmx\n")
        terminal = self.run_terminal("plain", "sh -c 'tty; ls /dev/pts'")
        self.assertEqual(terminal.wait(), 0)
        self.assertRegex(terminal.output, rb"as alice[^\n]*\n/dev/pts/0\r\n0\s+ptmx\r\n")

    def test_its_other_mounts_are_those_of_any_run(self):
        def mounts(app):
            lines = self.ssh(app, "cat /proc/self/mountinfo").stdout.decode().splitlines()
            points = sorted(line.split()[4] for line in lines)
            return [point for point in points if not re.match(r"/proc/|/dev/pts$", point)]

        self.assertEqual(mounts("plain"), mounts("open"))

    def test_its_terminal_is_its_users(self):
        def of_terminal(app):
            terminal = self.run_terminal(app, "sh -c 'stat -L -c \"is %U %G %a\" /dev/stdin'")
            self.assertEqual(terminal.wait(), 0)
            return re.search(rb"is (.*)\r", terminal.output)[1]

        self.assertEqual(of_terminal("plain"), of_terminal("open"))

    # What it is.

    def test_the_command_is_not_the_first_process(self):
        self.assert_ran(self.ssh("plain", "sh -c 'echo $$'"), "2\n")
        self.assertEqual(self.ssh("plain", "sh -c 'kill -TERM $$; exit 3'").status, 143)

    def test_statuses_and_signals_are_the_commands_own(self):
        self.assert_ran(self.ssh("plain", "sh -c 'exit 7'"), "", status=7)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", status=7)["how"], "exited")
        self.assertEqual(self.ssh("plain", "sh -c 'kill -KILL $$'").status, 137)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", status=137)["signal"], 9)
        result = self.ssh("plain", "no-such-program")
        self.assertEqual(result.status, 127)
        self.assert_nothing_runs()

    def test_a_command_that_leaves_nothing_behind_ends_at_once(self):
        for _ in range(20):
            self.assert_ran(self.ssh("plain", "echo done"), "done\n")

    def test_the_first_process_can_do_nothing(self):
        _, pid = self.other()
        [init] = [pid for pid in self.inits()]
        said = dict(line.split(":\t", 1) for line in processes.read(init, "status").decode().splitlines()
                    if ":\t" in line)
        self.assertEqual(said["Uid"].split(), [str(pwd.getpwnam("oneoff-record").pw_uid)] * 4)
        self.assertEqual((int(said["CapEff"], 16), int(said["CapPrm"], 16), said["NoNewPrivs"]), (0, 0, "1"))
        if not harness.SANITIZED:
            self.assertEqual(said["Seccomp"], "2")
        ours = [link for link in processes.descriptors(init) if link.startswith("/") and link != "/dev/null"]
        self.assertEqual(ours, [])
        self.assertEqual(os.stat(f"/proc/{init}/environ").st_uid, 0)  # undumpable
        self.assertNotEqual(self.ssh("plain", "sh -c 'kill -KILL 1'").status, 0)
        status = self.ssh("plain", "sh -c 'cat /proc/self/status; cat /proc/1/environ'")
        self.assertRegex(status.stdout, rb"\nCapEff:\t0+\n")
        self.assertIn("Permission denied", status.stderr)

    def test_orphans_are_reaped(self):
        python = ("import os,time\n"
                  "r,w=os.pipe()\n"
                  "if os.fork()==0:\n"
                  " pid=os.fork()\n"
                  " if pid: os.write(w,str(pid).encode()); os._exit(0)\n"
                  " time.sleep(0.05); os._exit(0)\n"
                  "os.wait(); pid=os.read(r,9).decode()\n"
                  "while os.path.exists(\"/proc/\"+pid): time.sleep(0.01)\n"
                  "print(\"reaped\")\n")
        self.assert_ran(self.ssh("plain", "python3 -c '" + python + "'"), "reaped\n")

    # On a terminal.

    def test_job_control(self):
        terminal = self.run_terminal("plain", "bash --norc -i")
        terminal.expect(rb"\$ ")
        terminal.send("sleep 300\n")
        harness.wait_until(lambda: any("sleep 300" == processes.command_line(pid) for pid in self.commands()),
                           "sleep to run")
        terminal.send(b"\x1a")
        terminal.expect(rb"Stopped")
        terminal.send("jobs; fg\n")
        terminal.expect(rb"fg\r\n.*Stopped +sleep 300\r\nsleep 300\r\n")
        harness.wait_until(lambda: any("sleep 300" == processes.command_line(pid)
                                       and b"\nState:\tS" in processes.read(pid, "status")
                                       for pid in self.commands()), "sleep to go on")
        terminal.send(b"\x03")
        terminal.expect(rb"\$ ")
        terminal.send("echo status $?\n")
        terminal.expect(rb"\rstatus 130\r\n")
        terminal.send("exit 5\n")
        self.assertEqual(terminal.wait(), 5)

    def test_the_windows_size_follows(self):
        terminal = self.run_terminal("plain", "bash --norc -c 'trap \"stty size; exit 0\" WINCH; stty size; "
                                              "while :; do read -t 1; done'", rows=30, columns=90)
        terminal.expect(rb"30 90\r\n")
        terminal.resize(41, 101)
        terminal.expect(rb"41 101\r\n")
        self.assertEqual(terminal.wait(), 0)

    def test_it_opens_further_terminals(self):
        self.assert_ran(self.ssh("plain", "script -q -e -c tty /dev/null"), "/dev/pts/0\r\n")
        terminal = self.run_terminal("plain", "script -q -e -c 'tty; exit 4' /dev/null")
        terminal.expect(rb"/dev/pts/1\r\n")
        self.assertEqual(terminal.wait(), 4)

    def test_full_screen_programs_work(self):
        terminal = self.run_terminal("plain", "top -d 1")
        terminal.expect(rb" 1 oneoff-\+ .* 2 oneoff-\+ ")
        terminal.send("q")
        self.assertEqual(terminal.wait(), 0)
        terminal = self.run_terminal("plain", "less /etc/services")
        terminal.expect(rb"services")
        terminal.send("q")
        self.assertEqual(terminal.wait(), 0)

    def test_the_foreground_hears_of_the_end_of_its_client(self):
        marker = pathlib.Path(self.plain.directory) / "hung-up"
        marker.unlink(missing_ok=True)
        os.chmod(self.plain.directory, 0o777)
        terminal = self.run_terminal("plain", f"sh -c 'trap \"echo HUP > {marker}; exit\" HUP; echo ready; "
                                              "while :; do sleep 0.05; done'")
        terminal.expect(rb"ready\r\n")
        terminal.close()
        harness.wait_until(lambda: marker.exists() and marker.read_text() == "HUP\n", "the trap to run")
        self.assert_nothing_runs()

    # Its end.

    def test_a_lost_line_ends_the_whole_tree(self):
        client = self.start_ssh("plain", "sh -c 'trap \"\" HUP TERM; setsid sleep 300 & echo ready; "
                                         "while :; do sleep 0.05; done'")
        self.assertEqual(client.stdout.readline(), b"ready\n")
        client.kill()
        self.assert_nothing_runs()

    def test_what_outlives_the_command_is_named_and_ended(self):
        result = self.ssh("plain", "sh -c 'setsid sleep 300 >&- 2>&- <&- & exit 3'")
        self.assertEqual((result.status, result.stdout), (3, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: plain\+v2 run \w+: sleep \(\d+\) outlived the command")
        ended = self.gateway.wait_for_audit("run.ended", status=3)
        self.assertRegex(" ".join(ended["left_behind"]), r"\Asleep \(\d+\)\Z")
        self.assert_nothing_runs()

    def test_a_time_limit_ends_the_whole_tree(self):
        result = self.ssh("short", "sh -c 'trap \"\" HUP TERM; setsid sleep 300 & while :; do sleep 0.05; done'")
        self.assertEqual(result.status, 124)
        self.assert_nothing_runs()

    def test_a_signal_of_the_client_arrives(self):
        terminal = self.run_terminal("plain", "sh -c 'trap \"echo got it; exit 9\" INT; echo ready; "
                                              "while :; do sleep 0.05; done'")
        terminal.expect(rb"ready\r\n")
        terminal.send(b"\x03")
        terminal.expect(rb"got it\r\n")
        self.assertEqual(terminal.wait(), 9)

    def test_a_lost_supervisor_leaves_nothing(self):
        client = self.start_ssh("plain", "sh -c 'echo ready; cat; setsid sleep 300'")
        self.assertEqual(client.stdout.readline(), b"ready\n")
        os.kill(Cast(self.gateway).supervisor(self.commands()[0]), signal.SIGKILL)
        self.assertEqual(client.wait(20), 70)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", how="supervisor_lost")["how"], "supervisor_lost")
        self.assert_nothing_runs()

    def test_without_its_first_process_it_is_killed(self):
        client = self.start_ssh("plain", "sh -c 'echo ready; cat'")
        self.assertEqual(client.stdout.readline(), b"ready\n")
        os.kill(self.inits()[0], signal.SIGKILL)
        self.assertEqual(client.wait(20), 137)
        self.assert_nothing_runs()

    # Who asks for it, and who says so.

    def test_a_rule_asks_for_it(self):
        self.assert_ran(self.ssh("open", "ps -e -o comm=", person="bob"), "oneoff-init\nps\n")
        self.assertNotIn(b"oneoff-init", self.ssh("open", "ps 1").stdout)

    def test_explain_names_it(self):
        line = r"(?m)^private: +processes, /proc and /dev/pts of its own \({} says so\)$"
        self.assertRegex(self.ssh("plain", "run:explain true").stdout.decode(), line.format("the app file"))
        self.assertRegex(self.ssh("open", "run:explain true", person="bob").stdout.decode(),
                         line.format("the rule 'bob alone'"))
        self.assertNotIn(b"\nprivate:", self.ssh("open", "run:explain true").stdout)

    def test_the_record_names_it(self):
        for app, person, private in (("plain", "alice", True), ("open", "bob", True), ("open", "alice", False)):
            self.assert_ran(self.ssh(app, f"echo {app} {person}", person=person), f"{app} {person}\n")
            started = self.gateway.wait_for_audit("run.started", command=f"echo {app} {person}")
            self.assertIs(started["private"], private)


@unittest.skipUnless(harness.ROOT, "as root, without what makes namespaces")
class Refused(harness.GatewayTest):
    app = {"private": True}

    @classmethod
    def prepare(cls):
        cls.gateway.app("open", cls.plain.directory)
        weak = cls.directory / "oneoff-without-sys-admin"
        weak.write_text(f"#!/bin/sh\nexec setpriv --bounding-set -sys_admin {gateway.ONEOFF} \"$@\"\n")
        weak.chmod(0o755)
        whole = gateway.ONEOFF
        cls.addClassCleanup(setattr, gateway, "ONEOFF", whole)
        gateway.ONEOFF = weak

    def test_nothing_starts_where_the_kernel_refuses_it(self):
        self.assert_refused(self.ssh("plain", "true"), 70,
                            "oneoff: plain+v2: nothing was started, because the app file asks for a private run, and "
                            "this host does not let it be walled off: make a devpts: Operation not permitted; tell "
                            "the gateway's administrator\n")
        self.assert_ran(self.ssh("open", "echo it runs"), "it runs\n")


@unittest.skipUnless(harness.ROOT, "only root makes namespaces")
class Stopped(harness.GatewayTest):
    app = {"private": True}
    settings = {"term_after": "200ms", "kill_after": "200ms", "drain": "1s"}

    def setUp(self):
        if not self.gateway.running:
            self.start_gateway()

    def stubborn(self):
        client = self.start_ssh("plain", "sh -c 'trap \"\" HUP TERM; setsid sleep 300 & echo ready; "
                                         "while :; do sleep 0.05; done'")
        self.assertEqual(client.stdout.readline(), b"ready\n")
        return client

    def assert_nothing_left(self):
        harness.wait_until(lambda: not self.gateway.processes(), "all to be gone")

    def test_the_services_end_is_its_own(self):
        client = self.stubborn()
        self.assertEqual(self.gateway.stop(), 0)
        self.assertNotEqual(client.wait(20), 0)
        self.assert_nothing_left()

    def test_so_is_the_end_of_a_drain(self):
        client = self.stubborn()
        self.assertEqual(self.gateway.oneoff("drain").returncode, 0)
        self.assertNotEqual(client.wait(20), 0)
        self.assert_nothing_left()


if __name__ == "__main__":
    harness.main()
