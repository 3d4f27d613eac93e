"""AsyncSSH."""

import warnings

from clients.adapter import Adapter, Channel, Connection, Refused
from clients.threads import LoopThread

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of ciphers that the next version of a library drops
    import asyncssh


class Session(asyncssh.SSHClientSession):
    """Passes on what comes, in the loop's thread."""

    def __init__(self, channel):
        self._channel = channel
        self._status = -1

    def data_received(self, data, datatype):
        (self._channel.errors if datatype else self._channel.output).extend(data)

    def exit_status_received(self, status):
        self._status = status

    def eof_received(self):
        return True  # our direction stays open

    def connection_lost(self, exc):
        self._channel.status = self._status


class AsyncSshChannel(Channel):
    def __init__(self, loop):
        super().__init__()
        self._loop = loop
        self.channel = None

    def send(self, data):
        self._loop.call(self.channel.write, data)

    def eof(self):
        self._loop.call(self.channel.write_eof)

    def resize(self, columns, rows):
        self._loop.call(self.channel.change_terminal_size, columns, rows)

    def signal(self, name):
        self._loop.call(self.channel.send_signal, name)


class AsyncSshConnection(Connection):
    def __init__(self, client, user, key):
        self._client, self._user, self._key = client, user, key
        self._loop = LoopThread()
        self._connection = None

    def open(self, command=None, subsystem=None, pty=None, environment=None, ask=()):
        self._connect(agent="agent" in ask)
        channel = AsyncSshChannel(self._loop)
        terminal = {"term_type": pty.term, "term_size": (pty.columns, pty.rows)} if pty else {}
        try:
            channel.channel, _ = self._loop.run(self._connection.create_session(
                lambda: Session(channel), command=command, subsystem=subsystem, env=environment or {}, encoding=None,
                x11_forwarding="ignore_failure" if "x11" in ask else False, x11_display=":0", **terminal))
        except asyncssh.ChannelOpenError as refusal:
            raise Refused() from refusal
        return channel

    def refused_local_forwarding(self, port):
        self._connect()
        try:
            self._loop.run(self._connection.open_connection("127.0.0.1", port))
        except asyncssh.ChannelOpenError as refusal:
            return refusal.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED
        return False

    def refused_remote_forwarding(self):
        self._connect()
        try:
            self._loop.run(self._connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 22))
        except asyncssh.ChannelListenError:
            return True
        return False

    def close(self):
        if self._connection:
            self._connection.close()
            self._loop.run(self._connection.wait_closed())
        self._loop.close()

    def _connect(self, agent=False):
        """Once; before the first thing that is asked."""
        if self._connection:
            return
        known = asyncssh.import_known_hosts((self._client.directory / f"known_hosts-{self._client.port}").read_text())
        self._connection = self._loop.run(asyncssh.connect(
            "127.0.0.1", self._client.port, username=self._user, client_keys=[str(self._key)], known_hosts=known,
            config=None, agent_path=str(self._client.directory / "no-agent") if agent else None,
            agent_forwarding=agent))


class AsyncSsh(Adapter):
    name = "asyncssh"

    def connect(self, user, person="alice", shared=False):
        return AsyncSshConnection(self.test.client, user, self.test.client.key(person))
