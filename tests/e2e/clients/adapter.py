"""What the conformance set (conformance.py) asks of a client, whichever it is.

An Adapter makes Connections; a Connection opens Channels. What a client has no way to do stands in its
adapter's `cannot`, with the reason; nothing else may be missing.
"""

import dataclasses
import re

from client import Result
from waiting import PATIENCE, wait_until

# What a client may lack. All else is asked of every client.
ABILITIES = ("several channels", "signals", "environment", "subsystem", "subsystem refusal",
             "local forwarding", "remote forwarding", "agent", "x11")


class Refused(Exception):
    """The client was refused what it had asked for, and gave the channel up."""


@dataclasses.dataclass
class Pty:
    term: str = "xterm"
    columns: int = 80
    rows: int = 24


class Channel:
    """One command, as its client sees it. The client's side feeds it, from a thread of its own."""

    def __init__(self):
        self.output = bytearray()  # all of stdout, from the start
        self.errors = bytearray()
        self.status = None
        self._seen = 0             # how much of output expect() has consumed

    def send(self, data):
        raise NotImplementedError

    def eof(self):
        raise NotImplementedError

    def resize(self, columns, rows):
        raise NotImplementedError

    def signal(self, name):
        raise NotImplementedError

    def expect(self, pattern, patience=PATIENCE):
        """Waits until `pattern` (a bytes regular expression) is in what was not yet consumed; the match."""
        found = wait_until(lambda: re.compile(pattern, re.S).search(self.output, self._seen),
                           f"{pattern!r} on stdout", patience)
        self._seen = found.end()
        return found

    def result(self, patience=60):
        """Waits for the end; all that came."""
        wait_until(lambda: self.status is not None, "the channel's end", patience)
        return Result(self.status, bytes(self.output), self.errors.decode("utf-8", "replace"))


class Connection:
    """An authenticated connection, as far as the client knows the word."""

    def open(self, command=None, subsystem=None, pty=None, environment=None, ask=()):
        """A Channel that runs the command or the subsystem. `ask`: "agent", "x11" too, before it. Or Refused."""
        raise NotImplementedError

    def refused_subsystem(self, name):
        """Whether the client was told that there is no such subsystem."""
        try:
            self.open(subsystem=name)
        except Refused:
            return True
        return False

    def refused_local_forwarding(self, port):
        """Asks for a way to that port, where an SSH server is; whether there was none, and the client was told."""
        raise NotImplementedError

    def refused_remote_forwarding(self):
        """Asks the server to listen; whether the client was told that it does not."""
        raise NotImplementedError

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Adapter:
    name = ""
    cannot = {}    # of ABILITIES: why not
    key = ("ed25519",)    # the kind of key that its users have: arguments of harness.make_key
    settings = {}         # of gateway.json, for this client's sake
    insists_on = ()       # of "agent", "x11", "environment": when one is refused, the client gives the channel up
    terminal_type = None  # the only one that it can be made to send

    def __init__(self, test):
        """`test` is the GatewayTest: its directory, its gateway, its people's keys."""
        self.test = test

    @classmethod
    def prepare(cls, test):
        """Called before the gateway starts: what else it needs for this client's sake."""

    def connect(self, user, person="alice", shared=False):
        """`shared`: for several channels at once."""
        raise NotImplementedError
