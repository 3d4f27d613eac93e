"""Callers of `oneoff run --app`: processes of other UNIX users on the host, without an account made for them."""

import pwd
import signal
import subprocess

import harness
import processes
from client import Result, Terminal

# Debian's own: nobody works as them.
POLICY = {
    "unix_users": {"games": "robot", "news": "carol", "mail": "robot"},
    "groups": {**harness.gateway.DEFAULT_POLICY["groups"], "robots": ["robot"]},
    "rules": [
        *harness.gateway.DEFAULT_POLICY["rules"],
        {"name": "robots", "who": ["group:robots"], "apps": ["plain"], "run": ["..."], "accept_env": ["VERBOSE"]},
    ],
}


def as_account(name):
    """What subprocess needs to run something as that account, in its own group alone."""
    account = pwd.getpwnam(name)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def heed_signals():
    """What whoever runs the tests ignores is not ignored: that would be inherited, and not be passed on."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class LocalCallerTest(harness.GatewayTest):
    policy = POLICY

    @classmethod
    def prepare(cls):
        cls.gateway.policy(cls.policy)

    def argv(self, target, *words, options=()):
        return [str(harness.ONEOFF), "--root", str(self.gateway.root), "run", *options, "--app", target, *words]

    def start(self, target, *words, account="games", options=(), env=None, **popen):
        """It as a Popen on pipes, killed when the test ends."""
        for stream in ("stdin", "stdout", "stderr"):
            popen.setdefault(stream, subprocess.PIPE)
        process = subprocess.Popen(self.argv(target, *words, options=options), cwd="/", env=self.client.environment(env),
                                   preexec_fn=heed_signals, **as_account(account), **popen)
        self.addCleanup(self._end, process)
        return process

    def call(self, target, *words, stdin=b"", timeout=60, **start):
        """Runs it to its end."""
        process = self.start(target, *words, **start)
        out, err = process.communicate(stdin, timeout=timeout)
        return Result(process.returncode, out, err.decode("utf-8", "replace"))

    def type(self, target, *words, account="games", rows=24, columns=80, around=(), options=()):
        """It on a terminal, which is closed when the test ends; `around` is a command that gets its words."""
        entry = pwd.getpwnam(account)
        drop = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--"]
        terminal = Terminal([*drop, *around, *self.argv(target, *words, options=options)], self.client.environment(),
                            rows, columns)
        self.addCleanup(terminal.close)
        return terminal

    def callers(self):
        """The living `oneoff run` processes of this gateway's callers."""
        wanted = f"--root {self.gateway.root} run"
        return [pid for pid in processes.pids()
                if wanted in processes.command_line(pid) and processes.name(pid) == "oneoff"]
