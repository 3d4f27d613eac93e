"""Paramiko, by its public functions. (What it cannot be made to say so, ../rawssh.py says.)"""

import socket
import threading

import paramiko

from clients.adapter import Adapter, Channel, Connection, Refused

QUANTUM = 1 << 16


class ParamikoChannel(Channel):
    def __init__(self, channel, start):
        super().__init__()
        self.channel = channel
        start(channel)
        readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                   for pair in ((channel.recv, self.output), (channel.recv_stderr, self.errors))]
        for reader in readers:
            reader.start()
        threading.Thread(target=self._wait, args=(readers,), daemon=True).start()

    def send(self, data):
        self.channel.sendall(data)

    def eof(self):
        self.channel.shutdown_write()

    def resize(self, columns, rows):
        self.channel.resize_pty(columns, rows)

    @staticmethod
    def _read(receive, into):
        while data := receive(QUANTUM):
            into.extend(data)

    def _wait(self, readers):
        for reader in readers:
            reader.join()
        self.status = self.channel.recv_exit_status()


class ParamikoConnection(Connection):
    def __init__(self, port, user, key):
        self.transport = paramiko.Transport(socket.create_connection(("127.0.0.1", port), timeout=20))
        self.transport.start_client(timeout=20)
        self.transport.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(str(key)))

    def open(self, command=None, subsystem=None, pty=None, environment=None, ask=()):
        try:
            return self._open(command, subsystem, pty, environment, ask)
        except paramiko.SSHException as refusal:
            if not self.transport.is_active():
                raise
            raise Refused() from refusal

    def _open(self, command, subsystem, pty, environment, ask):
        channel = self.transport.open_session(timeout=20)
        if pty:
            channel.get_pty(pty.term, pty.columns, pty.rows)
        if environment:
            channel.update_environment(environment)
        if "agent" in ask:
            channel.request_forward_agent(lambda _: None)
        if "x11" in ask:
            channel.request_x11()
        if subsystem:
            return ParamikoChannel(channel, lambda opened: opened.invoke_subsystem(subsystem))
        return ParamikoChannel(channel, lambda opened: opened.exec_command(command))

    def refused_local_forwarding(self, port):
        try:
            self.transport.open_channel("direct-tcpip", ("127.0.0.1", port), ("127.0.0.1", 1), timeout=20)
        except paramiko.ChannelException as refusal:
            return refusal.code == 1  # SSH_OPEN_ADMINISTRATIVELY_PROHIBITED
        return False

    def refused_remote_forwarding(self):
        try:
            self.transport.request_port_forward("127.0.0.1", 0)
        except paramiko.SSHException:
            return self.transport.is_active()
        return False

    def close(self):
        self.transport.close()
        self.transport.join(10)


class Paramiko(Adapter):
    name = "paramiko"
    cannot = {"signals": "paramiko 2.12 sends none"}
    insists_on = ("x11",)

    def connect(self, user, person="alice", shared=False):
        return ParamikoConnection(self.test.client.port, user, self.test.client.key(person))
