"""Clients that are programs like ssh: a process a channel, on pipes or on a terminal."""

import os
import pathlib
import subprocess
import threading

from client import Terminal
from clients.adapter import Adapter, Channel, Connection
from waiting import wait_until

QUANTUM = 1 << 16


class PipedChannel(Channel):
    def __init__(self, argv, environment):
        super().__init__()
        self.process = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, bufsize=0)
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                         for pair in ((self.process.stdout, self.output), (self.process.stderr, self.errors))]
        for reader in self._readers:
            reader.start()
        threading.Thread(target=self._wait, daemon=True).start()

    def send(self, data):
        view = memoryview(data)
        while view:
            view = view[self.process.stdin.write(view[:QUANTUM]):]

    def eof(self):
        self.process.stdin.close()

    def close(self):
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(10)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def _read(self, stream, into):
        try:
            while data := stream.read(QUANTUM):
                into.extend(data)
        except (OSError, ValueError):
            pass

    def _wait(self):
        status = self.process.wait()
        for reader in self._readers:
            reader.join()
        self.status = status


class TerminalChannel(Channel):
    def __init__(self, argv, environment, pty):
        super().__init__()
        self._terminal = Terminal(argv, {**environment, "TERM": pty.term}, pty.rows, pty.columns)

    def send(self, data):
        self._terminal.send(data)

    def eof(self):
        self._terminal.send(b"\x04")

    def resize(self, columns, rows):
        self._terminal.resize(rows, columns)

    def expect(self, pattern, **patience):
        return self._terminal.expect(pattern, **patience)

    def result(self, patience=60):
        self.status = self._terminal.wait(patience)
        self.output = bytearray(self._terminal.output)
        return super().result()

    def close(self):
        self._terminal.close()


class CommandLineConnection(Connection):
    def __init__(self, adapter, user, person, shared):
        self.adapter, self.user, self.person, self.shared = adapter, user, person, shared
        self._channels = []

    def open(self, command=None, subsystem=None, pty=None, environment=None, ask=()):
        if self.shared and self._channels:
            wait_until(lambda: self.adapter.is_shared(self), "the connection to be there for others")
        argv = self.adapter.argv(self, command, subsystem, pty, environment or {}, ask)
        return self.start(argv, pty, environment or {})

    def start(self, argv, pty=None, environment=None):
        environment = {**self.adapter.environment(), **(environment or {})}
        channel = TerminalChannel(argv, environment, pty) if pty else PipedChannel(argv, environment)
        self._channels.append(channel)
        return channel

    def close(self):
        for channel in reversed(self._channels):
            channel.close()

    def refused_subsystem(self, name):
        result = self.open(subsystem=name).result()
        return result.status != 0 and result.stdout == b"" and self.adapter.NO_SUBSYSTEM in result.stderr


class CommandLine(Adapter):
    NO_SUBSYSTEM = ""  # the client's own words
    connection = CommandLineConnection

    def argv(self, connection, command, subsystem, pty, environment, ask):
        raise NotImplementedError

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.home()), "LANG": "C.UTF-8"}

    def home(self):
        home = self.test.directory / f"home-{self.name}"
        pathlib.Path(home).mkdir(mode=0o700, exist_ok=True)
        return home

    def connect(self, user, person="alice", shared=False):
        return self.connection(self, user, person, shared)

    def is_shared(self, connection):
        """Whether a process of the connection that is to come would share it."""
        raise NotImplementedError
