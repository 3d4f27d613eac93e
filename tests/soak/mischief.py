"""What clients, strangers and mishaps do to a gateway: each way is one connection, or a few.

A way returns what became of it, in a word. It raises Wrong when the gateway did what it must not do.
"""

import contextlib
import hashlib
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time

import paramiko
from paramiko.common import cMSG_CHANNEL_DATA, cMSG_GLOBAL_REQUEST
from paramiko.message import Message

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import rawssh
import stranger
from client import Client
from proxy import Flip, Line
from waiting import Late

PATIENCE = 90  # seconds that any command may take here; far beyond what it needs
# Somebody is killing the gateway's processes, and that may come in between: it is then said with one of these. A run
# that gets TERM is ended with 143, a command that gets KILL before it is one with 137.
MISHAPS = (255, 70, 74, 75, 137, 143)
NETWORK = (OSError, EOFError, paramiko.SSHException, Late)
# Ways that the gateway is to cut short; of the others it may be a mishap.
CUT = ("silence", "garbage", "half_a_key_exchange", "a_wrong_key", "many_at_once", "a_tiny_packet",
       "an_ignored_window")
GARBAGE = (b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n" + b"\xff" * 5000, b"\0" * 300, b"SSH-1.5-old\r\n",
           b"SSH-2.0-" + b"A" * 10_000, stranger.BANNER + struct.pack(">IB", 0xffffffff, 255) + b"\x14" * 64,
           stranger.BANNER + struct.pack(">IB", 12, 4) + b"\x1e" + b"\0" * 10)


class Wrong(AssertionError):
    """The gateway did what it must not do."""


class Mischief:
    """The ways, by name. `random` decides all that is left open."""

    def __init__(self, soak, random):
        self._client = soak.client
        self._soak = soak
        self._random = random

    # Commands as people give them.

    def a_command(self):
        status = self._random.randrange(60)
        return self._run(f"sh -c 'echo out; echo err >&2; exit {status}'", status, b"out\n")

    def a_terminal(self):
        return self._run("sh -c 'stty size; exit 3'", 3, None, options=("-tt",))

    def a_noisy_terminal(self):
        """Ends with its recording's bound; those beside it do not notice."""
        return self._run("yes", 73, None, options=("-tt",))

    def an_upload(self):
        data = self._bytes(1, 3_000_000)
        return self._run("sha256sum", 0, f"{hashlib.sha256(data).hexdigest()}  -\n".encode(), stdin=data)

    def a_download(self):
        size = self._random.randrange(1, 5_000_000)
        return self._run(f"head -c {size} /dev/zero", 0, bytes(size))

    def there_and_back_with_new_keys(self):
        data = self._bytes(1, 1_000_000)
        return self._run("cat", 0, data, stdin=data, options=("-o", "RekeyLimit=64K"))

    def a_refusal(self):
        command, status = self._random.choice([("cd /tmp", 64), ("echo $HOME | cat", 64), ("rake db:drop x", 77)])
        return self._run(command, status, b"", person="bob")

    def a_person_without_rights(self):
        """Asks for what is denied, as fast as it is answered: so much is denied, and then refused unread (75)."""
        statuses = {self._client.ssh("plain", "x" * 20_000, person="mallory", timeout=PATIENCE).status
                    for _ in range(self._random.randint(5, 40))}
        if statuses <= {75, 77}:
            return "refused"
        if statuses <= {75, 77, *MISHAPS}:
            return "mishap"
        raise Wrong(f"a person without rights got {statuses}")

    def a_service_command(self):
        return self._run("ps", 0, None, target="oneoff")

    def several_channels(self):
        with rawssh.connect(self._client, "plain") as connection:
            channels = []
            for number in range(self._random.randrange(2, 9)):
                channel = connection.session()
                connection.request(channel, "exec", f"sh -c 'cat; exit {number}'")
                channels.append(channel)
            for channel in channels:
                connection.until(channel, "success", "close")
                connection.eof(channel)
            for channel in channels:
                connection.until(channel, "close")
        return "served"

    # Clients that end badly.

    def a_killed_client(self):
        process = self._busy()
        time.sleep(self._random.random())
        process.send_signal(self._random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]))
        self._reap(process)
        return "killed"

    def a_stopped_client(self):
        process = self._busy()
        time.sleep(self._random.random())
        process.send_signal(signal.SIGSTOP)
        time.sleep(self._random.random() * 3)
        if self._random.randrange(2):
            process.send_signal(signal.SIGCONT)
            time.sleep(self._random.random())
        process.kill()
        self._reap(process)
        return "stopped"

    def a_flipped_bit(self):
        data = self._bytes(1, 200_000)
        flip = Flip(bool(self._random.randrange(2)), self._random.randrange(len(data) + 4000),
                    self._random.randrange(8))
        with self._line(flip) as (_, client):
            result = client.ssh("plain", "cat", stdin=data, timeout=PATIENCE)
        if not data.startswith(result.stdout) or (result.status == 0 and result.stdout != data):
            raise Wrong(f"a flipped bit was delivered: {flip}, status {result.status}")
        return "served" if result.status == 0 else "ended"

    def a_reset(self):
        with self._line() as (line, client):
            process = self._busy(client)
            time.sleep(self._random.random() / 2)
            line.reset()
            self._reap(process)
        return "reset"

    def a_dead_line(self):
        with self._line() as (line, client):
            process = self._busy(client)
            time.sleep(self._random.random())
            line.fall_silent()
            time.sleep(self._random.random() * 3)
            process.kill()
            self._reap(process)
        return "dead"

    # Strangers.

    def silence(self):
        with self._stranger() as connection:
            connection.sendall(self._random.choice([b"", b"S", stranger.BANNER[:9], stranger.BANNER]))
            time.sleep(self._random.random() * 5)
        return "gone"

    def silent_addresses(self):
        """Five addresses that hold as many silent connections as one may have: people log in all the same."""
        held = [stranger.connect(self._client.port, f"127.0.{self._random.randrange(2, 250)}.{number}")
                for number in range(1, 6) for _ in range(40)]
        try:
            return self._run("echo still here", 0, b"still here\n")
        finally:
            for connection in held:
                connection.close()

    def garbage(self):
        with self._stranger() as connection:
            connection.sendall(self._random.choice(GARBAGE))
            connection.settimeout(10)
            stranger.everything(connection)
        return "turned away"

    def half_a_key_exchange(self):
        with self._stranger() as connection:
            connection.sendall(stranger.BANNER)
            connection.recv(4096)
            connection.sendall(struct.pack(">IB", 1000, 6) + b"\x14" + bytes(self._random.randrange(900)))
            time.sleep(self._random.random() * 4)
        return "gone"

    def a_wrong_key(self):
        stranger.fail_to_sign(self._client.port, self._source(), self._random.choice(["plain", "root", "x" * 300]))
        return "refused"

    def many_at_once(self):
        held = [self._stranger() for _ in range(self._random.randrange(10, 40))]
        for connection in held:
            connection.close()
        return "gone"

    # Clients that break the rules.

    def a_flood_of_channels(self):
        with rawssh.connect(self._client, "plain") as connection:
            for _ in range(40):
                try:
                    connection.request(connection.session(), "exec", "true", want_reply=False)
                except paramiko.ChannelException:
                    pass
        return "refused"

    def unknown_requests(self):
        with rawssh.connect(self._client, "plain") as connection:
            channel = connection.session(max_packet=self._random.choice([None, 1024, 4096]))
            for _ in range(10):
                name = self._random.choice(["x11-req", "auth-agent-req@openssh.com", "break", "xon-xoff", "window-change",
                                            "subsystem", "env", "nonsense@example.com", "signal", "pty-req"])
                connection.request(channel, name, *[self._random.choice([1, b"x" * 40, True, b"", 2**32 - 1])
                                                    for _ in range(self._random.randrange(6))])
            message = Message()
            message.add_byte(cMSG_GLOBAL_REQUEST)
            message.add_string(self._random.choice(["tcpip-forward", "nonsense", "keepalive@openssh.com"]))
            message.add_boolean(True)
            message.add_string("127.0.0.1")
            message.add_int(1)
            connection._send_user_message(message)
            connection.request(channel, "exec", "echo still here")
            connection.output(channel, b"still here\n")
        return "served"

    def a_tiny_packet(self):
        with rawssh.connect(self._client, "plain") as connection:
            try:
                connection.session(max_packet=self._random.randrange(1024))
            except paramiko.ChannelException:
                return "refused"
        raise Wrong("a channel with a tiny maximum packet was opened")

    def an_ignored_window(self):
        with rawssh.connect(self._client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "exec", "sleep 60")
            sent = 0
            while sent < 64 << 20 and connection.is_active():
                connection._send_user_message(connection._message(cMSG_CHANNEL_DATA, channel, b"w" * 30_000))
                sent += 30_000
            # Of a channel whose run was killed meanwhile everything is taken, and thrown away.
            if connection.is_active() and not channel.closed:
                raise Wrong("64 MiB beyond a window were taken")
        return "cut"

    def a_channel_that_is_left(self):
        connection = rawssh.connect(self._client, "plain")
        for _ in range(3):
            channel = connection.session(window=self._random.choice([1, 3000, 2**31 - 1]))
            connection.request(channel, "exec", self._random.choice(["yes", "sleep 60", "cat"]))
        time.sleep(self._random.random())
        connection.sock.close()
        connection.close()
        connection.join(10)
        return "left"

    # What they stand on.

    def _run(self, command, status, stdout, target="plain", **options):
        began = self._soak.troubles
        try:
            result = self._client.ssh(target, command, timeout=PATIENCE, **options)
        except Late as late:
            raise Wrong(str(late)) from None
        if result.status == status and stdout in (None, result.stdout):
            return "served"
        # Only what this soak has killed excuses it; and nothing excuses wrong bytes. OpenSSH's client keeps to the
        # status that it has heard, although what it had not written yet is lost with the connection.
        cut = result.status in MISHAPS or "closed by remote host" in result.stderr
        if cut and (stdout is None or stdout.startswith(result.stdout)):
            if self._soak.troubled_since(began):
                return "mishap"
        raise Wrong(f"{command[:60]}: status {result.status} for {status}, {len(result.stdout)} bytes, "
                    f"{result.stderr[-300:]!r}")

    def _busy(self, client=None):
        """A client that does something for longer than anybody waits."""
        command = self._random.choice(["yes", "cat", "sleep 100", "sh -c 'trap \"\" HUP TERM; while :; do sleep 1; done'",
                                       "sh -c 'sleep 50 & exec yes'"])
        options = ("-tt",) if self._random.randrange(3) == 0 else ()
        return (client or self._client).start("plain", command, options=options, stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL)

    @staticmethod
    def _reap(process):
        try:
            process.stdin.close()
        except OSError:
            pass
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def _line(self, flip=None):
        """A line, and a client that goes over it."""
        with Line(self._client.port, flip) as line, tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / "keys").symlink_to(self._soak.directory / "keys")
            yield line, Client(directory, line.port, self._soak.host_keys)

    def _source(self):
        return f"127.0.{self._random.randrange(2, 250)}.{self._random.randrange(1, 250)}"

    def _stranger(self):
        return stranger.connect(self._client.port, self._source())

    def _bytes(self, least, most):
        return self._random.randbytes(self._random.randrange(least, most))


WAYS = [name for name in vars(Mischief) if not name.startswith("_")]
