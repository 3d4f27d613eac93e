"""OpenSSH's client."""

from clients.command_line import CommandLine, CommandLineConnection


class OpenSshConnection(CommandLineConnection):
    def refused_local_forwarding(self, port):
        result = self.start(self.adapter.ssh(self, "-W", f"127.0.0.1:{port}")).result()
        return (result.status, result.stdout) == (255, b"") and "stdio forwarding failed" in result.stderr

    def refused_remote_forwarding(self):
        options = ("-R", "0:127.0.0.1:22", "-o", "ExitOnForwardFailure=yes")
        result = self.start(self.adapter.ssh(self, *options, words=("echo forwarded",))).result()
        return (result.status, result.stdout) == (255, b"") and "remote port forwarding failed" in result.stderr


class OpenSsh(CommandLine):
    name = "openssh"
    cannot = {"signals": "ssh has no way to send one (its ~B is a break)"}
    NO_SUBSYSTEM = "subsystem request failed on channel"
    connection = OpenSshConnection

    def ssh(self, connection, *options, words=()):
        return self.test.client.argv(connection.user, *words, person=connection.person, options=options)

    def argv(self, connection, command, subsystem, pty, environment, ask):
        options = ["-tt" if pty else "-T"]
        options += ["-o", "ControlMaster=auto", "-S", str(self._socket(connection))] if connection.shared else []
        options += [part for name in environment for part in ("-o", f"SendEnv={name}")]
        options += ["-A"] if "agent" in ask else []
        options += ["-X"] if "x11" in ask else []
        options += ["-s"] if subsystem else []
        return self.ssh(connection, *options, words=(subsystem or command,))

    def is_shared(self, connection):
        return self._socket(connection).exists()

    def environment(self):
        return {**super().environment(), "DISPLAY": ":0"}

    def _socket(self, connection):
        return self.home() / f"master-{id(connection)}"
