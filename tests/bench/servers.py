"""The two servers that are compared, set up alike: same user, same key, same client."""

import base64
import contextlib
import dataclasses
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import paramiko

import apps
import gateway
import processes
from client import Client, make_key
from sshd import Sshd
from waiting import wait_until

_ALL = {"name": "all", "who": ["alice", "bob"], "apps": ["*"], "run": ["..."]}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Server:
    """One of the two: how to reach it, and what it costs."""
    name: str
    server: object           # gateway.Gateway or Sshd
    user: str                # whom ssh names
    client: Client
    tree: object             # all its living processes, those of commands included
    app: object = None       # the gateway's
    idle_processes: int = 0  # how many of its own there are without a connection

    def processes(self):
        return [pid for pid in self.tree() if processes.name(pid) not in ("sleep", "true", "cat", "head", "sh")]

    def cpu(self):
        """Seconds of CPU so far: of what lives, and of what lived and was waited for."""
        total = 0
        for pid in self.tree():
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

    def recordings(self):
        """The gateway's recordings, the oldest first, once all are archived."""
        folder = self.server.root / "lib/recordings"
        wait_until(lambda: not list(folder.glob("*/state")), "the recordings to be archived", 120)
        return sorted((path for path in folder.iterdir() if not path.name.startswith(".")),
                      key=lambda path: path.stat().st_mtime)


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


@contextlib.contextmanager
def crowded():
    """A gateway like that of both(), where `bob` may have a thousand runs, and many people may be let in."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-bench-"))
    directory.chmod(0o755)
    started = []
    try:
        yield _oneoff(directory, started, people=("alice", "bob"))
    finally:
        for server in started:
            server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def unrecorded():
    """A gateway whose runs are not recorded: its recordings' disk never has the room that is asked for."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-bench-"))
    directory.chmod(0o755)
    started = []
    try:
        server = _oneoff(directory, started, recordings={"reserve": "1T"})
        server.server.policy({"rules": [{**_ALL, "unrecorded": "allowed"}]})
        yield server
        if not server.server.audit("run.started") or server.recordings():
            raise SystemExit("it was not without recordings: is there more than a terabyte free?")
    finally:
        for each in started:
            each.stop()
        shutil.rmtree(directory, ignore_errors=True)


def recorded_with(server, name, **record):
    """The same gateway, to whose app `name` these terms of recording apply."""
    server.server.app(name, server.app.directory, limits={"runs": 2000}, record=record)
    return dataclasses.replace(server, user=name)


@contextlib.contextmanager
def idle_sessions(server, count):
    """So many sessions of bob's that do nothing."""
    process = subprocess.Popen([gateway.BUILD / "bench/idle", str(server.client.port), server.user,
                                server.client.key("bob"), str(count), "sleep 100000"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "ready\n":
            raise SystemExit("the idle sessions could not be had")
        yield
        if process.poll() is not None:
            raise SystemExit("the idle sessions ended early")
    finally:
        process.stdin.close()
        process.wait()


def let_many_in(server, people, rules):
    """So many people's keys, and rules that are asked before the one that lets alice do all."""
    for number in range(people):
        server.server.person(f"person{number}", public_key())
    server.server.policy({"rules": [
        *({"name": f"rule {number}", "who": [f"person{number}"], "apps": ["plain"], "run": [f"task{number} *"]}
          for number in range(rules)), _ALL]})


def public_key():
    """The line of a new Ed25519 key, whose private half nobody has."""
    kind = b"ssh-ed25519"
    key = paramiko.Message()
    key.add_string(kind)
    key.add_string(secrets.token_bytes(32))
    return f"ssh-ed25519 {base64.b64encode(key.asbytes()).decode()}\n"


def _key(directory, name="alice"):
    (directory / "keys").mkdir(parents=True, exist_ok=True)
    path = directory / "keys" / name
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


def _oneoff(directory, started, people=("alice",), **settings):
    server = gateway.Gateway(directory)
    for person in people:
        server.person(person, _key(directory, person))
    app = apps.Plain(directory / "apps/plain", directory)
    server.app("plain", app.directory, limits={"runs": 2000})
    server.policy({"rules": [_ALL]})
    server.settings(on_disconnect={"lost": "default"}, runs_per_person=1000, max_connections=2000, connections_per_person=2000,
                    connections_per_source=2000, **settings)
    started.append(server.start())
    client = Client(directory, server.port, server.host_keys())
    return Server("oneoff", server, "plain", client, lambda: [server.pid, *processes.descendants(server.pid)], app)
