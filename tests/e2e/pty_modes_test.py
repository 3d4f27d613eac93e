"""A terminal's modes at the command are what the same client has under sshd."""

import termios

import harness
from sshd import Sshd


def unusual(fd):
    """Modes that differ from the defaults in every group that ssh carries."""
    modes = termios.tcgetattr(fd)
    modes[0] = (modes[0] | termios.IUCLC | termios.IXANY | 0o40000) & ~termios.IXON  # 0o40000 is IUTF8
    modes[1] |= termios.OLCUC
    modes[3] = (modes[3] | termios.ECHOPRT) & ~termios.ECHOKE
    modes[6][termios.VINTR] = b"\x0b"
    modes[6][termios.VERASE] = b"\x08"
    modes[6][termios.VEOL] = b"\x7e"
    termios.tcsetattr(fd, termios.TCSANOW, modes)


def raw(fd):
    modes = termios.tcgetattr(fd)
    modes[0] = modes[1] = modes[3] = 0
    termios.tcsetattr(fd, termios.TCSANOW, modes)


def slow(fd):
    modes = termios.tcgetattr(fd)
    modes[4] = modes[5] = termios.B1200
    termios.tcsetattr(fd, termios.TCSANOW, modes)


class PtyModes(harness.GatewayTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = (cls.directory / "keys/alice.pub").read_text()
        cls.sshd = Sshd(cls.directory / "sshd", [key]).start()
        cls.addClassCleanup(cls.sshd.stop)
        (cls.directory / "sshd/keys").symlink_to(cls.directory / "keys")
        cls.reference = harness.Client(cls.directory / "sshd", cls.sshd.port, cls.sshd.host_keys())

    def stty(self, client, target, modes):
        terminal = client.terminal(target, "stty -a", rows=37, columns=111, modes=modes)
        self.addCleanup(terminal.close)
        terminal.wait()
        said = terminal.output.decode().replace("\r", "").lower()  # OLCUC shouts
        return "".join(line + "\n" for line in said.splitlines() if not line.startswith("oneoff:"))

    def test_they_equal_sshds(self):
        for modes in (None, unusual, raw, slow):
            with self.subTest(modes=getattr(modes, "__name__", "default")):
                theirs = self.stty(self.reference, self.sshd.user, modes)
                self.assertIn("rows 37; columns 111;", theirs)
                self.assertEqual(self.stty(self.client, "plain", modes), theirs)


if __name__ == "__main__":
    harness.main()
