"""A gateway of the test's own: `oneoff serve` over a root that the test writes."""

import json
import os
import pathlib
import signal
import subprocess

import apps
import processes
from waiting import wait_until

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("ONEOFF_BUILD", REPOSITORY / "build/dev"))
SANITIZED = "asan" in BUILD.name
ONEOFF = BUILD / "oneoff"

DEFAULT_POLICY = {
    "groups": {"ops": ["alice"], "dev": ["bob"]},
    "rules": [
        {"name": "no drops", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake db:drop -..."]},
        {"name": "ops", "who": ["group:ops"], "apps": ["*"], "run": ["..."], "shell": True,
         "accept_env": ["VERBOSE", "BREAK_MIGRATION"]},
        {"name": "developers", "who": ["group:dev"], "apps": ["plain", "shop"], "run": ["..."]},
        {"name": "carol looks", "who": ["carol"], "apps": ["plain"], "releases": ["current"],
         "run": ["hello", "bin/which", "echo *"]},
    ],
}


class Gateway:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.root = self.directory / "gateway"
        self.tag = f"ONEOFF_TEST_GATEWAY={self.directory}"
        self._log = self.directory / "gateway.stderr"
        self._process = None
        for name in ("etc/people", "etc/apps", "etc/host_keys", "run", "lib", "log"):
            (self.root / name).mkdir(parents=True)
        self.settings()
        self.policy(DEFAULT_POLICY)

    # What it is configured with. Each writes the file whole; a running gateway sees it at once.

    def write(self, name, content):
        """Writes etc/NAME: text as it is, anything else as JSON. Replaced in one step."""
        path = self.root / "etc" / name
        fresh = path.with_suffix(".new")
        fresh.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
        fresh.chmod(0o600 if path.parent.name == "host_keys" and path.suffix != ".pub" else 0o644)
        fresh.rename(path)
        return path

    def settings(self, **keys):
        return self.write("gateway.json", {"listen": ["127.0.0.1:0"], "penalties": {"exempt": ["127.0.0.1"]},
                                            "recordings": {"reserve": "0"},
                                            "audit": {"syslog": "none", "journal": "none"},
                                            # Nothing that a test forgets goes on; see attach_test.py.
                                            "on_disconnect": {"lost": "hangup"}, **keys})

    def policy(self, policy):
        return self.write("policy.json", policy)

    def app(self, name, root, **keys):
        owner = {} if os.getuid() == 0 else {"user": apps.user()}
        return self.write(f"apps/{name}.json", {"root": str(root), **owner, **keys})

    def person(self, name, public_key):
        return self.write(f"people/{name}.pub", public_key)

    # Its life.

    def start(self):
        listen = self.root / "run/listen"
        listen.unlink(missing_ok=True)
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(
                [ONEOFF, "serve", "--root", self.root], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd="/", env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **dict([self.tag.split("=", 1)]),
                              **{key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS")}})

        def ready():
            if self._process.poll() is not None:
                raise AssertionError(f"the gateway ended at once with {self._process.returncode}:\n{self.stderr()}")
            return listen.exists() and listen.read_text().strip()

        wait_until(ready, "the gateway to listen")
        return self

    @property
    def pid(self):
        return self._process.pid

    @property
    def running(self):
        return self._process is not None and self._process.poll() is None

    def stop(self, number=signal.SIGTERM, patience=20):
        """Stops it; its exit status, negative for a signal."""
        if self.running:
            self._process.send_signal(number)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise AssertionError(f"the gateway did not stop within {patience} s:\n{self.stderr()}") from None
        return self._process.returncode if self._process else 0

    def sweep(self):
        """Kills what is left of it and of what it ran; what that was."""
        left = {pid: processes.command_line(pid) for pid in self.processes()}
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return left

    # What there is to see of it.

    @property
    def port(self):
        return int((self.root / "run/listen").read_text().splitlines()[0].rsplit(":", 1)[1])

    def host_keys(self):
        return [path.read_text() for path in sorted((self.root / "etc/host_keys").glob("*.pub"))]

    def stderr(self):
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def processes(self):
        """All living processes of this gateway, by what they were born with, `serve` itself included."""
        tagged = set(processes.with_variable(self.tag))
        below = processes.descendants(self.pid) if self.running else []
        return sorted(tagged | {pid for pid in below if not processes.is_zombie(pid)})

    def audit(self, event=None, **fields):
        """The audit log's records in order; only those of `event`, with these fields, if any are named."""
        records = []
        for path in sorted((self.root / "log/audit").glob("*.jsonl")):
            for line in path.read_bytes().split(b"\n")[:-1]:
                if line.endswith(b"}"):  # a torn line is the log's own affair
                    records.append(json.loads(line))
        return [record for record in records
                if event in (None, record["event"])
                and all(record.get(key) == value for key, value in fields.items())]

    def wait_for_audit(self, event, **fields):
        """The newest record of that kind, as soon as there is one."""
        return wait_until(lambda: self.audit(event, **fields), f"the audit record {event} {fields}")[-1]

    def runs(self):
        """The names in the folder of runs; those that begin with a dot are the registry's own."""
        folder = self.root / "lib/runs"
        return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []

    def oneoff(self, *words, **run):
        """Runs the oneoff command on this root."""
        return subprocess.run([ONEOFF, "--root", self.root, *words], capture_output=True, text=True,
                              timeout=60, **run)
