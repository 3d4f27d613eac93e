"""A supervisor that was broken into reaches no other run's recording: it dies of the attempt, and its run is over."""

import signal
import unittest

import harness
import injection
from cast import Cast


@unittest.skipUnless(injection.possible and not harness.SANITIZED, "needs root, an x86-64, and the filter")
class BrokenSupervisor(harness.GatewayTest):
    settings = {"term_after": "300ms", "kill_after": "300ms"}

    def break_in(self, attack):
        """Attacks the supervisor of one run, while another's recording is there to be reached."""
        victim = self.start_ssh("plain", "sh -c 'echo kept; sleep 301'")
        self.assertEqual(victim.stdout.readline(), b"kept\n")
        run = self.gateway.wait_for_audit("run.started", command="sh -c 'echo kept; sleep 301'")["run"]
        recording = self.gateway.root / "lib/recordings" / run / "stdout"
        self.assertEqual(recording.read_bytes(), b"kept\n")
        attacker = self.start_ssh("plain", "sleep 302")
        started = self.gateway.wait_for_audit("run.started", command="sleep 302")
        command = harness.wait_until(lambda: [pid for pid in self.commands()
                                              if harness.processes.command_line(pid) == "sleep 302"], "the command")[0]
        supervisor = Cast(self.gateway).supervisor(command)
        attack(supervisor, recording)
        said = f"a supervisor ({supervisor}) was killed by signal {signal.SIGSYS.value}\n"
        harness.wait_until(lambda: said in self.gateway.stderr(), "the supervisor's death")
        self.assertEqual(self.gateway.wait_for_audit("run.ended", run=started["run"])["how"], "supervisor_lost")
        self.assertEqual(recording.read_bytes(), b"kept\n")
        for client in (victim, attacker):
            client.kill()
        harness.wait_until(lambda: not self.commands(), "the commands to be gone")

    def test_a_recording_is_not_opened_for_writing(self):
        self.break_in(injection.open_for_writing)

    def test_a_recording_is_not_truncated(self):
        self.break_in(injection.truncate)


if __name__ == "__main__":
    harness.main()
