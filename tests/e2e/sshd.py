"""This machine's own sshd on a loopback port: what a behaviour is compared with."""

import getpass
import os
import pathlib
import signal
import socket
import subprocess

from client import make_key
from waiting import wait_until


class Sshd:
    """Speaks the same interface as a Gateway, as far as a Client needs it. The caller may log in."""

    user = getpass.getuser()

    def __init__(self, directory, authorized_keys, *configuration):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._process = None
        make_key(self.directory / "host_key")
        (self.directory / "authorized_keys").write_text("".join(authorized_keys))
        (self.directory / "sshd_config").write_text("\n".join([
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.directory}/host_key",
            f"AuthorizedKeysFile {self.directory}/authorized_keys", "PidFile none", "UsePAM no",
            "StrictModes no", "PasswordAuthentication no", "PermitRootLogin yes", "PrintMotd no",
            "PrintLastLog no", *configuration, ""]))

    def start(self):
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self._process = subprocess.Popen(
            ["/usr/sbin/sshd", "-D", "-e", "-f", str(self.directory / "sshd_config")],
            stdin=subprocess.DEVNULL, stderr=open(self.directory / "sshd.stderr", "wb"))
        wait_until(self._answers, "sshd to listen")
        return self

    def stop(self):
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()

    @property
    def pid(self):
        return self._process.pid

    def host_keys(self):
        return [(self.directory / "host_key.pub").read_text()]

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError((self.directory / "sshd.stderr").read_text())
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
