"""A client that is stopped with a full pipe: others do not notice, its memory is bounded, nothing is lost."""

import hashlib
import signal
import threading

import harness
import processes
from cast import Cast

COUNT = "seq 1 4000000"
DIGEST = hashlib.sha256(b"".join(b"%d\n" % number for number in range(1, 4000001))).hexdigest()
MOST_MEMORY = 20 * 1024  # KiB


class Stopped(harness.GatewayTest):
    def assert_others_do_not_notice(self):
        for _ in range(3):
            self.assert_ran(self.ssh("plain", "cat", stdin=b"x" * 100_000), b"x" * 100_000)

    def assert_bounded(self, pid):
        if not harness.SANITIZED:
            self.assertLess(processes.memory_kib(pid), MOST_MEMORY)

    def hold_up(self, command):
        """The client of a command whose output has begun, stopped, and its session."""
        client = self.start_ssh("plain", command)
        first = client.stdout.read(1)
        session = Cast(self.gateway).session()
        client.send_signal(signal.SIGSTOP)
        self.addCleanup(client.send_signal, signal.SIGCONT)
        return client, first, session

    def wait_for_a_standstill(self):
        """Until the command has not written for a while: its pipe is full."""
        [writer] = [pid for pid in self.commands() if processes.name(pid) in ("seq", "yes")]
        seen = [None]

        def same():
            seen.append(processes.read(writer, "io").split(b"wchar: ")[1].split()[0])
            return len(seen) > 10 and len(set(seen[-10:])) == 1

        harness.wait_until(same, "the command to be held up")

    def test_it_gets_every_byte_when_it_goes_on(self):
        client, first, session = self.hold_up(COUNT)
        self.wait_for_a_standstill()
        self.assert_others_do_not_notice()
        self.assert_bounded(session)
        client.send_signal(signal.SIGCONT)
        digest = hashlib.sha256(first + client.stdout.read()).hexdigest()
        self.assertEqual((client.wait(60), digest), (0, DIGEST))

    def test_a_reader_that_stops_reading_is_as_good_as_stopped(self):
        client = self.start_ssh("plain", COUNT)
        first = client.stdout.read(1)
        self.wait_for_a_standstill()
        self.assert_others_do_not_notice()
        self.assert_bounded(Cast(self.gateway).session())
        digest = hashlib.sha256(first + client.stdout.read()).hexdigest()
        self.assertEqual((client.wait(60), digest), (0, DIGEST))

    def test_input_that_nobody_sends_on_is_awaited(self):
        client = self.start_ssh("plain", "sha256sum")
        data = b"y" * 8_000_000
        feeder = threading.Thread(target=lambda: (client.stdin.write(data), client.stdin.close()))
        client.stdin.write(b"y")
        client.stdin.flush()
        self.gateway.wait_for_audit("run.started", command="sha256sum")
        client.send_signal(signal.SIGSTOP)
        feeder.start()
        self.assert_others_do_not_notice()
        client.send_signal(signal.SIGCONT)
        feeder.join(30)
        self.assertEqual(client.stdout.read().split()[0].decode(), hashlib.sha256(b"y" + data).hexdigest())


class StoppedForGood(harness.GatewayTest):
    settings = {"keepalive": "200ms", "lost_after": "1500ms", "term_after": "300ms", "kill_after": "300ms"}
    hold_up = Stopped.hold_up

    def assert_lost(self, command):
        run = self.gateway.wait_for_audit("run.started", command=command)["run"]
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_with_endless_output_its_line_is_lost(self):
        client, _, session = self.hold_up("yes")
        self.assert_lost("yes")
        harness.wait_until(lambda: processes.parent(session) == 0, "its session to end")
        client.send_signal(signal.SIGCONT)
        client.stdout.close()
        self.assertNotEqual(client.wait(20), 0)

    def test_in_silence_too_and_it_is_told_why_when_it_goes_on(self):
        client, _, _ = self.hold_up("sh -c 'echo in; exec sleep 300'")
        self.assert_lost("sh -c 'echo in; exec sleep 300'")
        client.send_signal(signal.SIGCONT)
        self.assertEqual(client.wait(20), 255)
        self.assertRegex(client.stderr.read().decode(), r"oneoff: no sign of life")


if __name__ == "__main__":
    harness.main()
