"""A session that was broken into: it speaks to broker and monitor as it likes (gateway/wire/FORMAT.md)."""

import base64
import json
import os
import socket
import struct

import paramiko


def encode(value):
    """Bytes as the messages carry them."""
    return {"b64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def string(data):
    """RFC 4251 5: a string with its length before it."""
    data = data.encode() if isinstance(data, str) else data
    return struct.pack(">I", len(data)) + data


class FakeSession:
    """One connection's session, with a monitor of its own behind it. Run by a user the broker trusts."""

    def __init__(self, root, host_key):
        folder = os.open(root / "run", os.O_PATH)
        try:
            self._gateway = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._gateway.settimeout(20)
            self._gateway.connect(f"/proc/self/fd/{folder}/broker.socket")
        finally:
            os.close(folder)
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(20)
        self._host_key = base64.b64decode(host_key.split()[1])
        self._gateway.send(json.dumps({"type": "hello", "version": 1}).encode())
        self._gateway.recv(65536)
        socket.send_fds(self._gateway, [json.dumps({"type": "connection", "address": "127.0.0.1",
                                                    "port": 1}).encode()], [theirs.fileno()])
        theirs.close()

    def close(self):
        self._socket.close()
        self._gateway.close()

    def ask(self, kind, **fields):
        """Sends one message; the answer, or None when the monitor has ended the connection."""
        return self.ask_raw(json.dumps({"type": kind, **{key: encode(value) for key, value in fields.items()}}).encode())

    def ask_raw(self, packet):
        try:
            self._socket.send(packet)
            answer = self._socket.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            return None
        return json.loads(answer) if answer else None

    def exchange(self, hash):
        return self.ask("sign-exchange", host_key=self._host_key, algorithm="ssh-ed25519", hash=hash)

    def verify(self, key_file, session_id, user="plain", public_key=None, tamper=lambda data: data,
               algorithm="ssh-ed25519", claim=None):
        """Claims `public_key` (the file's own, if None) with a signature that `key_file` makes.

        `claim` is the key that the message names, where that is another than the signed data do."""
        key = paramiko.Ed25519Key.from_private_key_file(str(key_file))
        public_key = public_key or key.asbytes()
        data = (string(session_id) + b"\x32" + string(user) + string("ssh-connection") + string("publickey") + b"\1" +
                string(algorithm) + string(public_key))
        signature = key.sign_ssh_data(data).asbytes()
        return self.ask("verify", key=claim or public_key, signature=signature, data=tamper(data))

    def start(self, command="id"):
        return self.ask("start", channel=0, command=command, environment=[])
