"""A client that sends beyond the window it was granted is cut off; what is held of it is bounded."""

import hashlib

import paramiko
from paramiko.common import cMSG_CHANNEL_DATA

import harness
import processes
import rawssh
from cast import Cast

PIECE = hashlib.shake_256(b"window").digest(30_000)
MOST_SENT = 64 << 20
MOST_MEMORY = 24 * 1024  # KiB: the bound is 4 MiB, and libssh's buffers grow by doubling


class WindowIgnored(harness.GatewayTest):
    settings = {"bytes_held": "4M"}

    def flood(self, connection, channel):
        """Sends until it is stopped, whatever the window; how many bytes."""
        sent = 0
        try:
            while sent < MOST_SENT and connection.is_active():
                connection._send_user_message(connection._message(cMSG_CHANNEL_DATA, channel, PIECE))
                sent += len(PIECE)
        except (OSError, EOFError, paramiko.SSHException):
            pass
        return sent

    def assert_cut_off(self, connection, channel):
        session = Cast(self.gateway).session()
        sent = self.flood(connection, channel)
        most = processes.memory_kib(session)
        harness.wait_until(lambda: not connection.is_active(), "the connection to be ended")
        self.assertLess(sent, MOST_SENT)
        if not harness.SANITIZED:
            self.assertLess(most, MOST_MEMORY)

    def test_a_command_that_reads_nothing(self):
        command = "sh -c 'sleep 300; : reads nothing'"
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "exec", command)
            connection.until(channel, "success")
            run = self.gateway.wait_for_audit("run.started", command=command)["run"]
            self.assert_cut_off(connection, channel)
        self.assertIn(self.gateway.wait_for_audit("run.ended", run=run)["how"], ("lost_line", "hangup"))
        self.assertIn("a channel's window was ignored", self.gateway.stderr())

    def test_before_anything_was_asked_to_run(self):
        with rawssh.connect(self.client, "plain") as connection:
            self.assert_cut_off(connection, connection.session())

    def test_ten_channels_together(self):
        with rawssh.connect(self.client, "plain") as connection:
            session = Cast(self.gateway).session()
            channels = [connection.session() for _ in range(10)]
            sent = 0
            try:
                for index in range(1000):  # 3 MB on each: less than any of them may hold
                    connection._send_user_message(
                        connection._message(cMSG_CHANNEL_DATA, channels[index % 10], PIECE))
                    sent += len(PIECE)
            except (OSError, EOFError, paramiko.SSHException):
                pass
            most = processes.memory_kib(session)
            harness.wait_until(lambda: not connection.is_active(), "the connection to be ended")
            if not harness.SANITIZED:
                self.assertLess(most, 2 * MOST_MEMORY)
        self.assertRegex(self.gateway.stderr(), r"ended: \d+ bytes are held of what its channels have sent, more than")

    def test_an_honest_client_with_a_reader_that_sleeps_is_not(self):
        data = PIECE * 200
        result = self.ssh("plain", "sh -c 'sleep 1; sha256sum'", stdin=data)
        self.assertEqual(result.stdout.split()[0].decode(), hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    harness.main()
