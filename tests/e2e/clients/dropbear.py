"""Dropbear's dbclient."""

import subprocess

from clients.command_line import CommandLine, CommandLineConnection


class DropbearConnection(CommandLineConnection):
    def refused_local_forwarding(self, port):
        """It says nothing of why, but what it was to connect to would have greeted."""
        result = self.start(self.adapter.dbclient(self, "-B", f"127.0.0.1:{port}")).result()
        return result.stdout == b"" and "closed" in result.stderr

    def refused_remote_forwarding(self):
        channel = self.start(self.adapter.dbclient(self, "-R", "34567:127.0.0.1:22", words=("echo alive",)))
        channel.eof()
        result = channel.result()
        return (result.status, result.stdout) == (0, b"alive\n") \
            and "Remote TCP forward request failed" in result.stderr


class Dropbear(CommandLine):
    name = "dbclient"
    cannot = {"signals": "dbclient sends none", "environment": "dbclient sends none",
              "x11": "dbclient forwards none", "several channels": "a dbclient is one channel",
              "subsystem refusal": "dbclient wants no answer to its request, and waits on"}
    connection = DropbearConnection

    def __init__(self, test):
        super().__init__(test)
        keys = test.directory / "keys"
        for person in ("alice", "bob", "carol"):
            subprocess.run(["dropbearconvert", "openssh", "dropbear", keys / person, keys / f"{person}.dropbear"],
                           check=True, capture_output=True)
        ssh = self.home() / ".ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        (ssh / "known_hosts").write_text("".join(f"127.0.0.1 {' '.join(key.split()[:2])}\n"
                                                 for key in test.gateway.host_keys()))

    def dbclient(self, connection, *options, words=()):
        return ["dbclient", "-i", str(self.test.directory / "keys" / f"{connection.person}.dropbear"),
                "-p", str(self.test.client.port), "-l", connection.user, *options, "127.0.0.1", *words]

    def argv(self, connection, command, subsystem, pty, environment, ask):
        options = ["-t" if pty else "-T"]
        options += ["-A"] if "agent" in ask else []
        options += ["-s"] if subsystem else []
        return self.dbclient(connection, *options, words=(subsystem or command,))
