"""An SSH client that does what OpenSSH's cannot be made to: Paramiko, a packet at a time.

    with rawssh.connect(client, "plain") as connection:
        channel = connection.session()
        connection.request(channel, "exec", "true")
        connection.until(channel, "close")
        connection.said(channel)   # ["success", "exit-status 0", "eof", "close"]
"""

import logging
import socket

import paramiko
from paramiko.common import (MSG_CHANNEL_CLOSE, MSG_CHANNEL_DATA, MSG_CHANNEL_EOF, MSG_CHANNEL_EXTENDED_DATA,
                             MSG_CHANNEL_FAILURE, MSG_CHANNEL_REQUEST, MSG_CHANNEL_SUCCESS, MSG_GLOBAL_REQUEST,
                             cMSG_CHANNEL_EOF, cMSG_CHANNEL_CLOSE, cMSG_CHANNEL_REQUEST)
from paramiko.message import Message

from waiting import wait_until

logging.getLogger("paramiko").setLevel(logging.CRITICAL)

NAMES = {MSG_CHANNEL_DATA: "stdout", MSG_CHANNEL_EXTENDED_DATA: "stderr", MSG_CHANNEL_EOF: "eof",
         MSG_CHANNEL_CLOSE: "close", MSG_CHANNEL_SUCCESS: "success", MSG_CHANNEL_FAILURE: "failure"}


class Connection(paramiko.Transport):
    """Notes what the server said on each channel, in order, before Paramiko has its way with it."""

    def __init__(self, sock):
        super().__init__(sock)
        self._said = {}
        self._goodbye = None
        self._channel_handler_table = {
            kind: self._noting(kind, handler) for kind, handler in paramiko.Transport._channel_handler_table.items()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        self.join(10)

    def _sanitize_packet_size(self, size):
        return super()._sanitize_packet_size(size) if size is None else size

    def session(self, window=None, max_packet=None):
        """A new session channel. A refusal is a paramiko.ChannelException."""
        return self.open_channel("session", window_size=window, max_packet_size=max_packet, timeout=20)

    def request(self, channel, name, *fields, want_reply=True):
        """Sends a channel request whose fields are strings, integers, booleans or bytes."""
        message = self._message(cMSG_CHANNEL_REQUEST, channel, name, want_reply, *fields)
        self._send_user_message(message)

    def eof(self, channel):
        self._send_user_message(self._message(cMSG_CHANNEL_EOF, channel))

    def close_channel(self, channel):
        self._send_user_message(self._message(cMSG_CHANNEL_CLOSE, channel))

    def never_close(self):
        """From now on the server's CLOSE is noted, and not answered by one."""
        def note(channel, _):
            self._said[channel.chanid].append("close")

        self._channel_handler_table[MSG_CHANNEL_CLOSE] = note

    def said(self, channel):
        """What the server said; neighbouring pieces of one stream are one."""
        pieces = []
        for piece in self._said.get(channel.chanid, []):
            if pieces[-1:] != [piece] or piece not in ("stdout", "stderr"):
                pieces.append(piece)
        return pieces

    def until(self, channel, *wanted):
        """Waits until the server has said one of `wanted`; which."""
        return wait_until(lambda: next((word for word in self.said(channel) if word in wanted), None),
                          f"{wanted} from the server")

    def output(self, channel, wanted):
        """Waits until stdout holds `wanted`; all of stdout since the last call."""
        read = bytearray()

        def complete():
            while channel.recv_ready():
                read.extend(channel.recv(65536))
            return wanted in read

        wait_until(complete, f"{wanted!r} on stdout")
        return bytes(read)

    def goodbye(self):
        """Waits for the server's DISCONNECT; its words."""
        return wait_until(lambda: self._goodbye, "the server's disconnect")

    def _parse_disconnect(self, message):
        start = message.packet.tell()
        message.get_int()
        self._goodbye = message.get_text()
        message.packet.seek(start)
        super()._parse_disconnect(message)

    @staticmethod
    def _message(kind, channel, *fields):
        message = Message()
        message.add_byte(kind)
        message.add_int(channel.remote_chanid)
        for field in fields:
            if isinstance(field, bool):
                message.add_boolean(field)
            elif isinstance(field, int):
                message.add_int(field)
            else:
                message.add_string(field)
        return message

    def _noting(self, kind, handler):
        def note(channel, message):
            said = self._said.setdefault(channel.chanid, [])
            if kind == MSG_CHANNEL_REQUEST:
                start = message.packet.tell()
                name, _ = message.get_text(), message.get_boolean()
                said.append(f"{name} {message.get_int()}" if name == "exit-status" else name)
                message.packet.seek(start)
            elif kind in NAMES:
                said.append(NAMES[kind])
            # Paramiko would close the channel at a failure: whether it lives on is what is tested.
            if kind not in (MSG_CHANNEL_SUCCESS, MSG_CHANNEL_FAILURE):
                handler(channel, message)

        return note


class Silent(Connection):
    """Answers no question that the server asks: no keepalive, above all."""

    _handler_table = {**paramiko.Transport._handler_table, MSG_GLOBAL_REQUEST: lambda self, message: None}


def connect(client, target, person="alice", port=None, kind=Connection):
    """An authenticated connection, of the class `kind`, to the gateway that `client` talks to."""
    connection = kind(socket.create_connection(("127.0.0.1", port or client.port), timeout=20))
    connection.start_client(timeout=20)
    connection.auth_publickey(target, paramiko.Ed25519Key.from_private_key_file(str(client.key(person))))
    return connection
