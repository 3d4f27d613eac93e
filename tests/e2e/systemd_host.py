"""A Debian with a systemd of its own, booted for a test: a container that shares nothing but the kernel and the network.

    class Units(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.host = systemd_host.start(cls)     # skips the class where that cannot be
            cls.host.install()
        def test_it_runs(self):
            self.host.run("systemctl", "is-system-running")

Its file system is a debootstrap tree, made once and kept in build/systemd-host, or in the folder that
ONEOFF_SYSTEMD_HOST names; what a host writes is in memory and gone at its end.
"""

import fcntl
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import processes
from gateway import BUILD, REPOSITORY
from waiting import Late, wait_until

TREE = pathlib.Path(os.environ.get("ONEOFF_SYSTEMD_HOST", REPOSITORY / "build/systemd-host"))
PACKAGES = ("systemd", "systemd-sysv", "dbus", "procps", "python3-minimal", "openssh-client",
            # what the built programs are linked with
            "libfmt9", "libspdlog1.10", "libssl3", "libseccomp2", "libsystemd0", "zlib1g", "libstdc++6", "libasan8", "libubsan1")
BOOT = 90        # seconds until it runs; it takes five
MAKE_TREE = 900  # seconds for debootstrap; it takes one or two hundred
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root",
               "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"}


def missing():
    """Why there can be no host here; empty if there can."""
    if os.getuid() != 0:
        return "needs root"
    for tool in ("systemd-nspawn", "debootstrap", "nsenter"):
        if not shutil.which(tool):
            return f"needs {tool}: scripts/install-packages tests"
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return "may make no namespaces here"
    return ""


def mirror():
    """Where this machine gets its Debian 12 from."""
    said = subprocess.run(["apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)",
                           "Created-By: Packages"], capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        codename, component, uri = line.split(" ", 2)
        if (codename, component) == ("bookworm", "main"):
            return uri
    raise AssertionError("apt knows no Debian 12: run apt-get update")


def make_tree():
    """The tree, as it is or newly made; whoever comes while it is being made waits."""
    TREE.parent.mkdir(parents=True, exist_ok=True)
    wanted = " ".join(PACKAGES)
    with open(TREE.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_of = TREE / "etc/oneoff-test-packages"
        if made_of.exists() and made_of.read_text() == wanted:
            return TREE
        fresh = TREE.with_suffix(".new")
        for old in (fresh, TREE):
            shutil.rmtree(old, ignore_errors=True)
        made = subprocess.run(["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", fresh, mirror()],
                              capture_output=True, text=True, timeout=MAKE_TREE)
        if made.returncode != 0:
            raise AssertionError(f"debootstrap: {made.stdout[-2000:]}{made.stderr[-2000:]}")
        for waste in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale"):
            shutil.rmtree(fresh / waste, ignore_errors=True)
        (fresh / "etc/machine-id").write_text("")
        (fresh / "etc/oneoff-test-packages").write_text(wanted)
        fresh.rename(TREE)
    return TREE


class Host:
    """One that has booted. `root` is its / as this machine's processes see it."""

    def __init__(self, *options):
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--directory", make_tree(), "--volatile=overlay", "--boot", "--register=no",
             "--keep-unit", "--console=pipe", "--link-journal=no", "--resolv-conf=off", "--timezone=off",
             f"--machine=oneoff-{os.getpid()}", *options],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True)
        self.leader = None
        try:
            self.leader = wait_until(self._find_leader, "systemd to be started", BOOT)
            self.root = pathlib.Path(f"/proc/{self.leader}/root")
            wait_until(lambda: self._state() in ("running", "degraded"), "systemd to have booted", BOOT)
        except (Late, AssertionError):
            self.stop()
            raise

    def said(self):
        """What it wrote on its console."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def _find_leader(self):
        if self._process.poll() is not None:
            raise AssertionError(f"systemd-nspawn ended with {self._process.returncode}:\n{self.said()}")
        for pid in processes.descendants(self._process.pid):
            if processes.parent(pid) == self._process.pid and processes.name(pid) == "systemd":
                return pid
        return None

    def _state(self):
        if self._process.poll() is not None:
            raise AssertionError(f"systemd ended at its start:\n{self.said()}")
        return self.run("systemctl", "is-system-running", check=False).stdout.strip()

    def argv(self, *words):
        """What runs `words` in it, as its root."""
        return ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--pid", "--cgroup",
                f"--root=/proc/{self.leader}/root", "--wd=/", "--", *map(str, words)]

    def run(self, *words, check=True, timeout=60, env=None, **run):
        """Runs a command in it to its end; raises with all that it said if it fails."""
        run.setdefault("stdin", None if "input" in run else subprocess.DEVNULL)
        if "input" in run:
            del run["stdin"]
        result = subprocess.run(self.argv(*words), capture_output=True, text=True, timeout=timeout,
                                env={**ENVIRONMENT, **(env or {})}, **run)
        if check and result.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, words))}: {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def write(self, path, text, mode=0o644):
        """Writes a file in it, and makes the folders above."""
        file = self.root / str(path).lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def read(self, path):
        return (self.root / str(path).lstrip("/")).read_text()

    def install(self):
        """The programs and the units as `cmake --install` lays them out, with their users and folders."""
        subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr", "--strip"], check=True, capture_output=True,
                       env={**os.environ, "DESTDIR": str(self.root) + "/"}, timeout=120)
        self.run("systemd-sysusers", "/usr/lib/sysusers.d/oneoff.conf")
        self.run("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/oneoff.conf")
        self.run("systemctl", "daemon-reload")

    def unit(self, name, *properties):
        """What systemctl show says of a unit, as a dictionary."""
        said = self.run("systemctl", "show", name, *[f"--property={name}" for name in properties]).stdout
        return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)

    def main_process(self, unit):
        """The pid of a unit's main process, as this machine counts; 0 without one."""
        inside = int(self.unit(unit, "MainPID")["MainPID"])
        if inside == 0:
            return 0
        for pid in processes.descendants(self.leader):
            names = re.search(r"^NSpid:\s+(.*)$", processes.read(pid, "status").decode(), re.M)
            if names and int(names[1].split()[-1]) == inside:
                return pid
        return 0

    def journal(self, unit=None):
        return self.run("journalctl", "--no-pager", *(["--unit", unit] if unit else []), check=False).stdout

    def stop(self):
        """Ends it at once: nothing that it wrote is kept."""
        if self._process.poll() is None:
            # The init of a pid namespace takes everything with it.
            os.kill(self.leader or self._process.pid, signal.SIGKILL)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()


def start(test_class, *options):
    """A host for all tests of a class, stopped at its end."""
    reason = missing()
    if reason:
        raise unittest.SkipTest(reason)
    host = Host(*options)
    test_class.addClassCleanup(host.stop)
    return host
