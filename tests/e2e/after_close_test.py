"""Nothing is sent for a channel after its CLOSE (RFC 4254 5.3), whatever the client sends: Go's client drops the
whole connection over it, and what else runs there."""

import paramiko
from paramiko.common import (MSG_CHANNEL_CLOSE, MSG_CHANNEL_REQUEST, MSG_CHANNEL_WINDOW_ADJUST, MSG_REQUEST_FAILURE,
                             MSG_REQUEST_SUCCESS, cMSG_CHANNEL_DATA, cMSG_GLOBAL_REQUEST)
from paramiko.message import Message

import harness
import rawssh
from waiting import wait_until

PIECE = bytes(30_000)
MIB = 1 << 20


class Watched(rawssh.Connection):
    """Notes the type and channel of each packet 93 to 98 that arrives, and is answered to global requests."""

    def __init__(self, sock):
        super().__init__(sock)
        self.arrived = []
        self.answers = 0
        read = self.packetizer.read_message

        def noting():
            kind, message = read()
            if MSG_CHANNEL_WINDOW_ADJUST <= kind <= MSG_CHANNEL_REQUEST:
                self.arrived.append((kind, int.from_bytes(message.packet.getvalue()[:4], "big")))
            if kind in (MSG_REQUEST_SUCCESS, MSG_REQUEST_FAILURE):
                self.answers += 1
            return kind, message

        self.packetizer.read_message = noting

    def of(self, channel):
        return [kind for kind, number in self.arrived if number == channel.chanid]

    def send_data(self, channel, data):
        """Whatever the window."""
        self._send_user_message(self._message(cMSG_CHANNEL_DATA, channel, data))

    def round_trip(self):
        """Waits until all that was sent before has been served."""
        wanted = self.answers + 1
        message = Message()
        message.add_byte(cMSG_GLOBAL_REQUEST)
        message.add_string("unknown@example.com")
        message.add_boolean(True)
        self._send_user_message(message)
        wait_until(lambda: self.answers >= wanted, "the answer to a global request")


class AfterClose(harness.GatewayTest):
    def connect(self):
        connection = rawssh.connect(self.client, "plain", person="bob", kind=Watched)
        self.addCleanup(connection.close)
        return connection

    def assert_last_is_close(self, connection, channel):
        kinds = connection.of(channel)
        self.assertIn(MSG_CHANNEL_CLOSE, kinds)
        self.assertEqual(kinds[kinds.index(MSG_CHANNEL_CLOSE):], [MSG_CHANNEL_CLOSE], kinds)

    def flood(self, connection, channel):
        """As a client does that has not yet read the CLOSE; and it answers that one late."""
        for _ in range(2 * MIB // len(PIECE)):
            connection.send_data(channel, PIECE)
        connection.request(channel, "window-change", 80, 24, 0, 0)
        connection.request(channel, "exec", "true")
        connection.eof(channel)
        connection.round_trip()

    def check(self, command, status):
        connection = self.connect()
        connection.never_close()
        other = connection.session()
        connection.request(other, "exec", "sh -c 'echo A-began; read line; echo A-ok'")
        connection.until(other, "stdout")
        channel = connection.session()
        connection.request(channel, "exec", command)
        connection.until(channel, "success")
        self.flood(connection, channel)
        connection.until(channel, "close")
        self.flood(connection, channel)
        self.assertIn(f"exit-status {status}", connection.said(channel))
        self.assert_last_is_close(connection, channel)
        connection.close_channel(channel)
        connection.round_trip()
        self.assert_last_is_close(connection, channel)
        # What else runs there is not disturbed.
        connection.send_data(other, b"\n")
        connection.output(other, b"A-ok\n")
        connection.until(other, "close")
        self.assert_last_is_close(connection, other)

    def test_of_a_command_that_reads_no_more(self):
        self.check("head -c 3", 0)

    def test_of_a_command_that_reads_nothing(self):
        self.check("true", 0)

    def test_of_a_refused_command(self):
        self.check("a | b", 64)

    def test_of_a_channel_that_the_client_closed_first(self):
        connection = self.connect()
        connection.never_close()
        channel = connection.session()
        connection.request(channel, "exec", "sleep 300")
        connection.until(channel, "success")
        connection.close_channel(channel)
        connection.until(channel, "close")
        self.flood(connection, channel)
        self.assert_last_is_close(connection, channel)

    def test_an_upload_beyond_the_window_by_the_library(self):
        connection = self.connect()
        other = connection.session()
        connection.request(other, "exec", "sh -c 'echo A-began; read line; echo A-ok'")
        connection.until(other, "stdout")
        channel = connection.session()
        connection.request(channel, "exec", "head -c 3")
        try:
            channel.sendall(bytes(8 * MIB))
        except (OSError, paramiko.SSHException):
            pass  # closed: as it should be
        connection.until(channel, "close")
        connection.round_trip()
        self.assert_last_is_close(connection, channel)
        connection.send_data(other, b"\n")
        connection.output(other, b"A-ok\n")


if __name__ == "__main__":
    harness.main()
