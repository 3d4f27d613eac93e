"""PuTTY's plink."""

import subprocess

from clients.command_line import CommandLine, CommandLineConnection


class PlinkConnection(CommandLineConnection):
    def refused_local_forwarding(self, port):
        result = self.start(self.adapter.plink(self, "-nc", f"127.0.0.1:{port}")).result()
        return (result.status, result.stdout) == (1, b"") and "Administratively prohibited" in result.stderr

    def refused_remote_forwarding(self):
        channel = self.start(self.adapter.plink(self, "-v", "-R", "34567:127.0.0.1:22", words=("echo alive",)))
        channel.eof()
        result = channel.result()
        return (result.status, result.stdout) == (0, b"alive\n") \
            and "Remote port forwarding from 34567 refused" in result.stderr


class Plink(CommandLine):
    name = "plink"
    cannot = {"signals": "plink sends none", "environment": "plink takes it from saved sessions only"}
    terminal_type = "xterm"  # another one stands in saved sessions only
    NO_SUBSYSTEM = "Server refused to start a shell/command"
    connection = PlinkConnection

    def __init__(self, test):
        super().__init__(test)
        keys = test.directory / "keys"
        for person in ("alice", "bob", "carol"):
            subprocess.run(["puttygen", keys / person, "-O", "private", "-o", keys / f"{person}.ppk"], check=True)
        line = next(key for key in test.gateway.host_keys() if key.startswith("ssh-ed25519 "))
        public = test.directory / "host_key.pub"
        public.write_text(line)
        told = subprocess.run(["ssh-keygen", "-l", "-f", public], check=True, capture_output=True, text=True)
        self._fingerprint = told.stdout.split()[1]

    def plink(self, connection, *options, words=()):
        return ["plink", "-ssh", "-batch", "-no-antispoof", "-noagent", "-hostkey", self._fingerprint,
                "-i", str(self.test.directory / "keys" / f"{connection.person}.ppk"),
                "-P", str(self.test.client.port), "-l", connection.user, *options, "127.0.0.1", *words]

    def argv(self, connection, command, subsystem, pty, environment, ask):
        options = ["-t" if pty else "-T"]
        options += ["-share"] if connection.shared else []
        options += ["-A"] if "agent" in ask else []
        options += ["-X"] if "x11" in ask else []
        options += ["-s"] if subsystem else []
        return self.plink(connection, *options, words=(subsystem or command,))

    def environment(self):
        return {**super().environment(), "DISPLAY": ":0"}

    def is_shared(self, connection):
        return subprocess.run(self.plink(connection, "-shareexists"), env=self.environment(), check=False,
                              stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
