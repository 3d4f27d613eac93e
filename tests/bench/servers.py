"""The two servers that are compared, set up alike: same user, same key, same client."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import apps
import gateway
import processes
from client import Client, make_key
from sshd import Sshd

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One of the two: how to reach it, and what it costs."""

    def __init__(self, name, server, user, client, tree):
        self.name = name
        self.server = server
        self.user = user        # whom ssh names
        self.client = client
        self._tree = tree       # all its living processes, those of commands included
        self.idle_processes = 0  # how many of its own there are without a connection

    def processes(self):
        return [pid for pid in self._tree() if processes.name(pid) not in ("sleep", "true", "cat", "head", "sh")]

    def cpu(self):
        """Seconds of CPU so far: of what lives, and of what lived and was waited for."""
        total = 0
        for pid in self._tree():
            stat = processes.read(pid, "stat")
            if stat:
                total += sum(int(field) for field in stat[stat.rindex(b")") + 2:].split()[11:15])
        return total / TICKS

    def memory(self):
        """PSS in kB of all its processes but the commands'."""
        total = 0
        for pid in self.processes():
            for line in processes.read(pid, "smaps_rollup").decode().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total


@contextlib.contextmanager
def both():
    """sshd and the gateway, running."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-bench-"))
    directory.chmod(0o755)
    started = []
    try:
        yield _sshd(directory, started), _oneoff(directory, started)
    finally:
        for server in started:
            server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _key(directory):
    (directory / "keys").mkdir(parents=True, exist_ok=True)
    path = directory / "keys/alice"
    if not path.exists():
        make_key(path)
    return path.with_suffix(".pub").read_text()


def _sshd(directory, started):
    user = apps.user()
    if os.getuid() == 0:  # sshd lets nobody in whose account is locked
        subprocess.run(["usermod", "-p", "*", user], check=True)
    server = Sshd(directory / "sshd", [_key(directory)], "MaxStartups 100:30:200", "LogLevel ERROR")
    started.append(server.start())
    (directory / "sshd/keys").symlink_to(directory / "keys")
    client = Client(directory / "sshd", server.port, server.host_keys())
    return Server("sshd", server, user, client, lambda: [server.pid, *processes.descendants(server.pid)])


def _oneoff(directory, started):
    server = gateway.Gateway(directory)
    server.person("alice", _key(directory))
    app = apps.Plain(directory / "apps/plain", directory)
    server.app("plain", app.directory)
    server.policy({"rules": [{"name": "all", "who": ["alice"], "apps": ["*"], "run": ["..."]}]})
    server.settings(runs_per_person=1000)
    started.append(server.start())
    client = Client(directory, server.port, server.host_keys())
    return Server("oneoff", server, "plain", client, lambda: [server.pid, *processes.descendants(server.pid)])
