"""After a crash the log goes on: a torn last line is closed and told, nothing is truncated, the chain is one."""

import os
import signal

import harness
from cast import Cast


class AuditRecovery(harness.GatewayTest):
    def crash(self):
        self.gateway.stop(signal.SIGKILL)
        self.gateway.sweep()

    def verify(self):
        result = self.gateway.oneoff("audit", "verify")
        return result.returncode, result.stdout + result.stderr

    def log(self):
        return sorted((self.gateway.root / "log/audit").glob("*.jsonl"))[-1]

    def test_a_torn_line_is_closed_and_followed_by_a_record_of_it(self):
        self.ssh("plain", "echo before")
        self.crash()
        before = self.log().read_bytes()
        torn = b'{"seq":99999,"time":"2026-'
        with open(self.log(), "ab") as file:
            file.write(torn)
        type(self).start_gateway()
        self.assert_ran(type(self).client.ssh("plain", "echo after"), "after\n")
        self.assertTrue(self.log().read_bytes().startswith(before + torn + b"\n"))
        records = [line for line in self.log().read_bytes().split(b"\n") if b'"recovered"' in line]
        self.assertEqual(len(records), 1)
        status, said = self.verify()
        self.assertEqual(status, 0, said)

    def test_a_run_that_the_crash_took_is_ended_in_the_log(self):
        process = self.start_ssh("plain", "sleep 309")
        run = self.gateway.wait_for_audit("run.started", command="sleep 309")["run"]
        command = harness.wait_until(self.commands, "the command to run")[0]
        cast = Cast(self.gateway)
        os.kill(cast.broker, signal.SIGSTOP)  # nobody is left to tell of the supervisor's end
        os.kill(cast.supervisor(command), signal.SIGKILL)
        os.kill(cast.broker, signal.SIGKILL)
        self.crash()
        process.wait(20)
        type(self).start_gateway()
        self.gateway.wait_for_audit("run.ended", run=run)
        ended = self.gateway.audit("run.ended", run=run)
        self.assertEqual((len(ended), ended[0]["how"]), (1, "supervisor_lost"))

    def test_an_altered_line_is_found(self):
        self.ssh("plain", "echo altered")
        run = self.gateway.wait_for_audit("run.started", command="echo altered")["run"]
        self.gateway.wait_for_audit("run.ended", run=run)  # from here on nobody writes
        log = self.log()
        good = log.read_bytes()
        self.addCleanup(log.write_bytes, good)
        log.write_bytes(good.replace(b"echo altered", b"echo ALTERED"))
        status, said = self.verify()
        self.assertEqual(status, 1, said)
        self.assertIn(log.name, said)


class LongTail(harness.GatewayTest):
    def test_zeros_that_a_loss_of_power_left_only_take_their_time(self):
        self.ssh("plain", "echo before")
        self.gateway.stop(signal.SIGKILL)
        self.gateway.sweep()
        log = sorted((self.gateway.root / "log/audit").glob("*.jsonl"))[-1]
        os.truncate(log, 70 << 20)  # above 64 MiB, which torn lines may have
        type(self).start_gateway()
        self.assert_ran(type(self).client.ssh("plain", "echo after"), "after\n")
        self.assertEqual(self.gateway.audit("recovered")[-1]["cause"], "the writer ended in the middle of a line")


if __name__ == "__main__":
    harness.main()
