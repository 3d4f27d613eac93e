"""Clients that are libraries of other languages: a small program each, driven by lines.

To the program, words separated by single spaces; TEXT is base64, "-" for nothing:

    open ID exec|subsystem TEXT TERM,COLUMNS,ROWS|- NAME=TEXT,NAME=TEXT,…|- agent|x11|-
    data ID TEXT        eof ID        resize ID COLUMNS ROWS        signal ID NAME
    local PORT          remote                     a forwarding to that port here; one from there
    quit

From it:

    ready                                          somebody is logged in
    opened ID           failed ID                  the answer to open
    out ID TEXT         err ID TEXT                what has come
    end ID STATUS                                  all has come, and the channel is closed
    granted             refused                    the answer to a forwarding

Its arguments are PORT, USER, the file of the private key, and the known_hosts file; it checks the host's key. On
stderr it says what went wrong.
"""

import base64
import queue
import subprocess
import threading

from clients.adapter import Adapter, Channel, Connection, Refused

QUANTUM = 1 << 16


def text(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode() or "-"


def untext(word):
    return b"" if word == "-" else base64.b64decode(word)


class DrivenChannel(Channel):
    def __init__(self, connection, number):
        super().__init__()
        self._connection, self._number = connection, number

    def send(self, data):
        for start in range(0, len(data), QUANTUM):
            self._connection.tell("data", self._number, text(data[start:start + QUANTUM]))

    def eof(self):
        self._connection.tell("eof", self._number)

    def resize(self, columns, rows):
        self._connection.tell("resize", self._number, columns, rows)

    def signal(self, name):
        self._connection.tell("signal", self._number, name)


class DrivenConnection(Connection):
    def __init__(self, argv):
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._answers = queue.Queue()
        self._channels = []
        self._errors = []
        self._threads = [threading.Thread(target=function, daemon=True) for function in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()
        self._answer("ready")

    def open(self, command=None, subsystem=None, pty=None, environment=None, ask=()):
        channel = DrivenChannel(self, len(self._channels))
        self._channels.append(channel)
        self.tell("open", len(self._channels) - 1, "subsystem" if subsystem else "exec", text(subsystem or command),
                  f"{pty.term},{pty.columns},{pty.rows}" if pty else "-",
                  ",".join(f"{name}={text(value)}" for name, value in (environment or {}).items()) or "-",
                  ask[0] if ask else "-")
        if self._answer("opened", "failed") == "failed":
            raise Refused()
        return channel

    def refused_local_forwarding(self, port):
        self.tell("local", port)
        return self._answer("granted", "refused") == "refused"

    def refused_remote_forwarding(self):
        self.tell("remote")
        return self._answer("granted", "refused") == "refused"

    def tell(self, *words):
        self._process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self._process.stdin.flush()

    def close(self):
        try:
            self.tell("quit")
            self._process.wait(5)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(10)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass

    def _answer(self, *wanted):
        try:
            word = self._answers.get(timeout=30)
        except queue.Empty:
            word = "nothing"
        if word not in wanted:
            raise AssertionError(f"the client said {word}, not {wanted}: {''.join(self._errors)}")
        return word

    def _read(self):
        for line in self._process.stdout:
            word, *rest = line.decode().split()
            if word in ("out", "err"):
                channel = self._channels[int(rest[0])]
                (channel.output if word == "out" else channel.errors).extend(untext(rest[1]))
            elif word == "end":
                self._channels[int(rest[0])].status = int(rest[1])
            else:
                self._answers.put(word)
        self._answers.put("its end")

    def _read_errors(self):
        for line in self._process.stderr:
            self._errors.append(line.decode("utf-8", "replace"))


class Driver(Adapter):
    def program(self):
        """The start of its command line."""
        raise NotImplementedError

    def known_hosts(self):
        return self.test.client.directory / f"known_hosts-{self.test.client.port}"

    def connect(self, user, person="alice", shared=False):
        return DrivenConnection([*map(str, self.program()), str(self.test.client.port), user,
                                 str(self.test.client.key(person)), str(self.known_hosts())])
