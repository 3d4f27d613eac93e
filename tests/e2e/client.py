"""The real ssh, driven: a command on pipes, a terminal on a pty, a master with sessions on it."""

import dataclasses
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from waiting import PATIENCE, Late


@dataclasses.dataclass
class Result:
    status: int     # as a shell would say it; negative: the client itself died of that signal
    stdout: bytes
    stderr: str


def make_key(path, kind="ed25519", *arguments):
    """A key pair without passphrase at `path` and `path`.pub, by ssh-keygen."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", pathlib.Path(path).name,
                    "-f", str(path), *arguments], check=True, stdin=subprocess.DEVNULL)


class Client:
    """ssh with a configuration of its own: nothing of the caller's ~/.ssh, agent or environment counts."""

    def __init__(self, directory, port, host_keys, address="127.0.0.1"):
        self.directory = pathlib.Path(directory)
        known = self.directory / f"known_hosts-{port}"
        known.write_text("".join(f"[{address}]:{port} {' '.join(key.split()[:2])}\n" for key in host_keys))
        self.port = port
        self.config = self.directory / f"ssh_config-{port}"
        self.config.write_text(
            f"Host gateway\n  HostName {address}\n  Port {port}\n"
            f"  UserKnownHostsFile {known}\n  GlobalKnownHostsFile /dev/null\n"
            "  StrictHostKeyChecking yes\n  BatchMode yes\n  LogLevel ERROR\n"
            "  IdentitiesOnly yes\n  IdentityAgent none\n  ForwardAgent no\n  UpdateHostKeys no\n"
            "  ConnectTimeout 20\n")
        self.config.chmod(0o600)

    def key(self, person):
        return self.directory / "keys" / person

    def argv(self, target, *words, person="alice", options=()):
        return ["ssh", "-F", str(self.config), "-i", str(self.key(person)), "-l", target, *options,
                "gateway", *words]

    def environment(self, extra=None):
        return {"PATH": os.environ["PATH"], "HOME": str(self.directory), "TERM": "xterm",
                "LANG": "C.UTF-8", **(extra or {})}

    def start(self, target, *words, person="alice", options=(), env=None, **popen):
        """ssh as a Popen; stdin, stdout and stderr are pipes unless said otherwise."""
        for stream in ("stdin", "stdout", "stderr"):
            popen.setdefault(stream, subprocess.PIPE)
        return subprocess.Popen(self.argv(target, *words, person=person, options=options),
                                env=self.environment(env), **popen)

    def ssh(self, target, *words, stdin=b"", timeout=60, **start):
        """Runs ssh to its end with `stdin` as its input."""
        process = self.start(target, *words, **start)
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise Late(f"ssh {target} {words} took more than {timeout} s; "
                       f"stdout {out[-300:]!r}, stderr {err[-300:]!r}") from None
        return Result(process.returncode, out, err.decode("utf-8", "replace"))

    def terminal(self, target, *words, rows=24, columns=80, modes=None, env=None, **argv):
        """ssh -tt on a terminal of the given size, after `modes(fd)` has had its way with it."""
        options = ("-tt", *argv.pop("options", ()))
        return Terminal(self.argv(target, *words, options=options, **argv), self.environment(env),
                        rows, columns, modes)


class Terminal:
    """A program on a pty of ours, with what it wrote so far."""

    def __init__(self, argv, environment, rows, columns, modes=None):
        self.output = b""    # all of it, from the start
        self._seen = 0       # how much of it expect() has consumed
        self._status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                set_size(0, rows, columns)
                if modes:
                    modes(0)
                os.execvpe(argv[0], argv, environment)
            finally:
                os._exit(127)

    def send(self, data):
        data = data if isinstance(data, bytes) else data.encode()
        while data:
            data = data[os.write(self.fd, data):]

    def resize(self, rows, columns):
        set_size(self.fd, rows, columns)

    def kill(self, number=signal.SIGKILL):
        if self._status is None:
            os.kill(self.pid, number)

    def expect(self, pattern, patience=PATIENCE):
        """Reads until `pattern` (a bytes regular expression) is in what was not yet consumed; the match."""
        deadline = time.monotonic() + patience
        while True:
            match = re.compile(pattern, re.S).search(self.output, self._seen)
            if match:
                self._seen = match.end()
                return match
            if not self._read(deadline):
                raise Late(f"{pattern!r} did not come; after the last match: {self.output[self._seen:]!r}; "
                           f"all: {self.output!r}")

    def wait(self, patience=PATIENCE):
        """Reads to the end; the client's exit status."""
        deadline = time.monotonic() + patience
        while self._read(deadline):
            pass
        while self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                raise Late(f"the client does not end; it wrote {self.output!r}")
            else:
                time.sleep(0.005)
        return self._status

    def close(self):
        """Ends the client, whatever it is doing. A closed terminal is its hang-up."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close_window(self):
        """Closes the terminal, as a person closes a window, and waits for the client to end by itself."""
        os.close(self.fd)
        self.fd = -1
        self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self, deadline):
        """One read; False at the end of the stream or after the deadline."""
        ready, _, _ = select.select([self.fd], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # EIO: the other side of the pty is closed
            return False
        self.output += data
        if b"\x1b[6n" in data:  # a terminal is asked for its cursor's place, and answers
            self.send(b"\x1b[1;1R")
        return bool(data)


def set_size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
