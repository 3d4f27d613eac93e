"""What each process of the gateway is, by the kernel's own word: user, capabilities, seccomp, open files."""

import os
import pwd
import signal
import unittest

import harness
import processes
from cast import Cast

FILTER = "2"  # of /proc/PID/status's Seccomp: a filter


def status(pid):
    lines = processes.read(pid, "status").decode().splitlines()
    return dict((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))


@unittest.skipUnless(harness.ROOT, "without root everything shares one user")
class Privileges(harness.GatewayTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cast = Cast(cls.gateway)

    def setUp(self):
        super().setUp()
        harness.wait_until(lambda: not self.cast.guests() and not self.commands(), "the last test's to be gone")
        self.process = self.start_ssh("plain", "sleep 311")
        command = harness.wait_until(self.commands, "the command to run")[0]
        self.supervisor = self.cast.supervisor(command)
        self.monitor = self.cast.monitor()
        self.command = command

    def assert_is(self, pid, user, capabilities=0, confined=True):
        said = status(pid)
        account = pwd.getpwnam(user)
        self.assertEqual(said["Uid"].split(), [str(account.pw_uid)] * 4)
        self.assertEqual(said["Gid"].split(), [str(account.pw_gid)] * 4)
        self.assertEqual(said["Groups"], "")
        self.assertEqual((int(said["CapEff"], 16), int(said["CapPrm"], 16)), (capabilities, capabilities))
        if confined:
            self.assertEqual(said["NoNewPrivs"], "1")
            if not harness.SANITIZED:
                self.assertEqual(said["Seccomp"], FILTER)

    def test_the_session_is_nobody(self):
        self.assert_is(self.cast.session(), "oneoff-gateway")

    def test_the_gateway_is_nobody(self):
        self.assert_is(self.cast.gateway, "oneoff-gateway", confined=False)
        self.assertEqual(status(self.cast.gateway)["NoNewPrivs"], "1")

    def test_the_monitor_is_nobody(self):
        self.assert_is(self.monitor, "oneoff-monitor")

    def test_the_supervisor_may_signal_and_nothing_else(self):
        self.assert_is(self.supervisor, "oneoff-record", capabilities=1 << 5)  # CAP_KILL

    def test_who_watches_has_a_process_that_only_reads(self):
        run = self.gateway.wait_for_audit("run.started", command="sleep 311")["run"]
        watcher = self.start_ssh("oneoff", "watch", run)
        self.assertRegex(watcher.stderr.readline(), rb"\Aoneoff: watching ")
        [pid] = [pid for pid in self.gateway.processes() if processes.name(pid) == "oneoff-watch"]
        self.assert_is(pid, "oneoff-record")
        folder = f"{self.gateway.root}/lib"
        files = [link for link in processes.descriptors(pid) if link.startswith(f"{folder}/")]
        self.assertEqual(files, sorted([f"{folder}/recordings/{run}/{name}" for name in ("stderr", "stdout", "timing")] +
                                       [f"{folder}/runs/.watchers", f"{folder}/runs/{run}.jsonl"]))

    def test_the_audit_writer_has_its_own_user_and_its_log(self):
        self.assert_is(self.cast.writer, "oneoff-audit")
        files = [link for link in processes.descriptors(self.cast.writer) if link.startswith(f"{self.gateway.root}/")]
        self.assertTrue(files)
        self.assertEqual({link for link in files if not link.startswith(f"{self.gateway.root}/log/audit")},
                         {f"{self.gateway.root}/etc/audit_key", f"{self.gateway.root}/lib/audit_head"})

    def test_a_launcher_has_what_starts_a_command_and_nothing_else(self):
        os.kill(self.cast.writer, signal.SIGSTOP)
        try:
            self.start_ssh("plain", "true")

            def waiting_launcher():
                # A process that it forks has its name at first.
                launchers = [pid for pid in self.gateway.processes() if processes.name(pid) == "oneoff-launcher"]
                return launchers if len(launchers) == 1 else None

            [launcher] = harness.wait_until(waiting_launcher, "a launcher that waits")
            said = status(launcher)
        finally:
            os.kill(self.cast.writer, signal.SIGCONT)
        # CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID, SYS_RESOURCE
        allowed = sum(1 << number for number in (0, 1, 5, 6, 7, 24)) & int(status(self.cast.broker)["CapPrm"], 16)
        self.assertEqual((int(said["CapEff"], 16), int(said["CapPrm"], 16)), (allowed, allowed))

    def test_the_command_has_no_capability_and_no_group_of_root(self):
        said = status(self.command)
        self.assertEqual(int(said["CapEff"], 16), 0)
        self.assertNotIn("0", said["Uid"].split() + said["Gid"].split() + said["Groups"].split())

    def test_no_process_that_meets_a_stranger_has_a_file_of_ours_open(self):
        for pid in (self.cast.session(), self.monitor):
            ours = [link for link in processes.descriptors(pid) if link.startswith(f"{self.gateway.root}/")]
            self.assertEqual(ours, [])

    def test_the_command_has_no_descriptor_but_its_three(self):
        # Its loader opens libraries at first.
        harness.wait_until(lambda: len(processes.descriptors(self.command)) == 3, "the command to have its three alone")

    def test_nobody_may_look_into_them(self):
        for pid in (self.cast.session(), self.monitor, self.supervisor):
            # Of what /proc tells of it: root, where a process is undumpable.
            self.assertEqual(os.stat(f"/proc/{pid}/environ").st_uid, 0)


if __name__ == "__main__":
    harness.main()
