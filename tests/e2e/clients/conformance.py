"""What every client gets from the gateway: the same, whichever it is.

    class Plink(Conformance, harness.GatewayTest):
        adapter = plink.Plink
"""

import hashlib

import harness
from clients.adapter import ABILITIES, Pty, Refused

LARGE = (4 if harness.SANITIZED else 24) << 20
LINE = rb"oneoff: plain\+v2 \(3f2a91c\) run [a-z2-7]{8} as alice\r\n"
WAITS = "echo ready; while :; do sleep 0.02; done"


def body(seed, size):
    """Bytes in which nothing repeats, so that none can be lost, doubled or swapped unseen."""
    return b"".join(hashlib.sha256(b"%d-%d" % (seed, number)).digest() for number in range(-(-size // 32)))[:size]


class Conformance:
    adapter = None  # the class of the client's adapter

    @classmethod
    def prepare(cls):
        cls.settings = {**cls.settings, **cls.adapter.settings}
        cls.gateway.settings(**cls.settings)
        cls.adapter.prepare(cls)
        if cls.adapter.key != ("ed25519",):
            for person in ("alice", "bob", "carol"):
                (cls.directory / "keys" / person).unlink()
                (cls.directory / "keys" / f"{person}.pub").unlink()
                cls.gateway.person(person, cls.make_key(person, *cls.adapter.key))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tested = cls.adapter(cls)

    def need(self, ability):
        """Ends a test that the client has no way to be asked."""
        if ability in self.adapter.cannot:
            self.skipTest(f"{self.adapter.name}: {self.adapter.cannot[ability]}")

    def connect(self, user="plain", person="alice", **options):
        connection = self.tested.connect(user, person, **options)
        self.addCleanup(connection.close)
        return connection

    def run_command(self, command, user="plain", person="alice", **options):
        channel = self.connect(user, person).open(command, **options)
        channel.eof()
        return channel.result()

    def test_what_it_cannot_do_is_named(self):
        self.assertLessEqual(set(self.adapter.cannot), set(ABILITIES))

    def assert_echoed(self, result, body, status, stderr):
        """As assert_ran, without showing bodies that nobody can read."""
        self.assertEqual((result.status, len(result.stdout), result.stderr), (status, len(body), stderr))
        self.assertTrue(result.stdout == body, "the bytes differ")

    # Statuses and streams.

    def test_statuses_are_the_commands_own(self):
        for command, status in (("true", 0), ("sh -c 'exit 1'", 1), ("sh -c 'exit 254'", 254),
                                ("sh -c 'kill -KILL $$'", 137), ("no-such-program", 127)):
            with self.subTest(command=command):
                self.assertEqual(self.run_command(command).status, status)

    def test_stdout_and_stderr_come_apart(self):
        self.assert_ran(self.run_command("sh -c 'echo to stdout; echo to stderr >&2; exit 7'"), "to stdout\n", 7,
                        "to stderr\n")

    def test_every_byte_passes_both_ways(self):
        sent = bytes(range(256)) * 64 + b"\r\n\r\n~.\n\x03\x04\x1a\0"
        channel = self.connect().open("cat")
        channel.send(sent)
        channel.eof()
        self.assert_ran(channel.result(), sent)

    def test_the_end_of_its_input_is_the_commands_and_output_goes_on(self):
        channel = self.connect().open("sh -c 'echo ready; wc -c; echo after; echo twice >&2; exit 5'")
        channel.expect(rb"ready\n")
        channel.send(b"x" * 1000)
        channel.eof()
        self.assert_ran(channel.result(), "ready\n1000\nafter\n", 5, "twice\n")

    def test_a_large_upload_arrives_whole(self):
        sent = body(1, LARGE)
        channel = self.connect().open("sha256sum")
        channel.send(sent)
        channel.eof()
        self.assert_ran(channel.result(120), f"{hashlib.sha256(sent).hexdigest()}  -\n")

    def test_a_large_download_arrives_whole(self):
        wanted = body(2, LARGE)
        path = self.directory / "download"
        path.write_bytes(wanted)
        path.chmod(0o644)
        self.assert_echoed(self.run_command(f"cat {path}"), wanted, 0, "")

    # Terminals.

    def test_a_terminal_has_its_type_its_size_and_its_line(self):
        channel = self.connect().open("sh -c 'echo $TERM; stty size; test -t 0 && test -t 2 && exit 3'",
                                      pty=Pty("vt220", 101, 37))
        result = channel.result()
        self.assertEqual(result.status, 3)
        term = self.adapter.terminal_type or "vt220"
        self.assertRegex(result.stdout, rb"\A" + LINE + term.encode() + rb"\r\n37 101\r\n\Z")

    def test_a_resize_is_signalled_and_seen(self):
        channel = self.connect().open(f"sh -c 'trap \"stty size\" WINCH; {WAITS}'", pty=Pty())
        channel.expect(rb"ready\r\n")
        for columns, rows in ((100, 40), (300, 70)):
            channel.resize(columns, rows)
            channel.expect(rb"\b%d %d\r\n" % (rows, columns))

    def test_control_c_on_a_terminal_interrupts(self):
        channel = self.connect().open("sh -c 'echo ready; cat'", pty=Pty())
        channel.expect(rb"ready\r\n")
        channel.send(b"typed\r")
        channel.expect(rb"typed\r\n.*typed\r\n")
        channel.send(b"\x03")
        self.assertEqual(channel.result().status, 130)

    # What a client may send along.

    def test_a_signal_reaches_the_command(self):
        self.need("signals")
        channel = self.connect().open(f"sh -c 'trap \"echo caught; exit 9\" USR1; {WAITS}'")
        channel.expect(rb"ready\n")
        channel.signal("USR1")
        result = channel.result()  # on stderr the shell may tell of its sleep, which it reached as well
        self.assertEqual((result.status, result.stdout), (9, b"ready\ncaught\n"))

    def test_of_its_environment_comes_what_the_rule_accepts(self):
        self.need("environment")
        command, sent = "sh -c 'echo \"${VERBOSE-unset} ${OTHER-unset}\"'", {"VERBOSE": "a b$c"}
        both = {**sent, "OTHER": "no"}
        if "environment" in self.adapter.insists_on:
            self.assertRaises(Refused, self.run_command, command, environment=both)
        result = self.run_command(command, environment=sent if "environment" in self.adapter.insists_on else both)
        self.assert_ran(result, "a b$c unset\n")

    def test_several_commands_share_a_connection(self):
        self.need("several channels")
        before = self.logins()
        connection = self.connect(shared=True)
        channels = [connection.open(f"sh -c 'cat; echo {number} >&2; exit {number}'") for number in range(5)]
        for number, channel in enumerate(channels):
            channel.send(body(number, 100_000))
        for channel in reversed(channels):
            channel.eof()
        for number, channel in enumerate(channels):
            self.assert_echoed(channel.result(), body(number, 100_000), number, f"{number}\n")
        self.assertEqual(self.logins() - before, 1)

    def logins(self):
        """How many there were: by the log, for the audit may follow within a second."""
        return self.gateway.stderr().count(" as 'plain'\n")

    # Refusals.

    def test_a_denied_command_is_said_with_its_reason(self):
        result = self.run_command("ls /", person="carol")
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*hello[^\n]*\n\Z")

    def test_an_unknown_app_is_said(self):
        result = self.run_command("true", user="nothere")
        self.assertEqual((result.status, result.stdout), (65, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: nothere: no such app[^\n]*\n\Z")

    def test_what_needs_a_shell_is_said(self):
        result = self.run_command("echo a | cat", person="bob")
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*\|[^\n]*\n")

    def test_sftp_is_told_the_way(self):
        self.need("subsystem")
        channel = self.connect().open(subsystem="sftp")
        channel.eof()
        result = channel.result()
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: no sftp here: use `ssh plain@HOST cat log/f > f`[^\n]*\n\Z")

    def test_other_subsystems_are_refused(self):
        self.need("subsystem")
        self.need("subsystem refusal")
        self.assertTrue(self.connect().refused_subsystem("netconf"))

    def test_local_forwarding_is_refused(self):
        self.need("local forwarding")
        self.assertTrue(self.connect().refused_local_forwarding(self.client.port))

    def test_remote_forwarding_is_refused(self):
        self.need("remote forwarding")
        self.assertTrue(self.connect().refused_remote_forwarding())

    def assert_not_there(self, asked, variable):
        self.need(asked)
        command = f"sh -c 'echo \"${{{variable}-none}}\"'"
        if asked in self.adapter.insists_on:
            with self.assertRaises(Refused):
                self.connect().open(command, ask=(asked,))
            return
        channel = self.connect().open(command, ask=(asked,))
        channel.eof()
        result = channel.result()
        self.assertEqual((result.status, result.stdout), (0, b"none\n"))

    def test_no_agent_is_forwarded(self):
        self.assert_not_there("agent", "SSH_AUTH_SOCK")

    def test_no_display_is_forwarded(self):
        self.assert_not_there("x11", "DISPLAY")
