"""What a client may not have is refused, and the connection lives on."""

import paramiko

import harness
import rawssh


class Refusals(harness.GatewayTest):
    def assert_alive(self, connection):
        channel = connection.session()
        connection.request(channel, "exec", "echo alive")
        connection.output(channel, b"alive\n")

    def test_sftp_is_told_the_way(self):
        result = self.ssh("plain", "sftp", options=("-s",))
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*ssh plain@\S+ cat log/f > f[^\n]*ssh plain@\S+ dd of=tmp/f < f[^\n]*\n\Z")

    def test_other_subsystems_fail(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "subsystem", "netconf")
            self.assertEqual(connection.until(channel, "success", "failure"), "failure")
            self.assert_alive(connection)

    def test_requests_for_agent_x11_and_unknown_things_fail(self):
        with rawssh.connect(self.client, "plain") as connection:
            for name, fields in (("auth-agent-req@openssh.com", ()),
                                 ("x11-req", (False, "MIT-MAGIC-COOKIE-1", "00", 0)),
                                 ("nobody-knows@example.com", ()), ("break", (500,)), ("", ())):
                with self.subTest(request=name):
                    channel = connection.session()
                    connection.request(channel, name, *fields)
                    self.assertEqual(connection.until(channel, "success", "failure"), "failure")
                    connection.request(channel, "exec", "echo alive")
                    connection.output(channel, b"alive\n")

    def test_other_kinds_of_channel_are_refused(self):
        with rawssh.connect(self.client, "plain") as connection:
            for kind in ("direct-tcpip", "x11", "nobody-knows@example.com"):
                with self.subTest(channel=kind), self.assertRaises(paramiko.ChannelException):
                    connection.open_channel(kind, ("127.0.0.1", 22), ("127.0.0.1", 1), timeout=10)
            self.assert_alive(connection)

    def test_forwardings_are_refused(self):
        with rawssh.connect(self.client, "plain") as connection:
            with self.assertRaises(paramiko.SSHException):
                connection.request_port_forward("127.0.0.1", 0)
            for name in ("streamlocal-forward@openssh.com", "nobody-knows@example.com"):
                self.assertIsNone(connection.global_request(name, ("/tmp/socket",), wait=True))
            self.assert_alive(connection)

    def test_the_real_client_runs_its_command_all_the_same(self):
        for options in (("-L", "0:127.0.0.1:22"), ("-A",), ("-X",), ("-R", "0:127.0.0.1:22")):
            with self.subTest(options=options):
                if options[0] == "-L":
                    options = ("-L", f"{self.directory}/forwarded:127.0.0.1:22")
                result = self.ssh("plain", "echo alive", options=options, env={"DISPLAY": ":0"})
                self.assertEqual((result.status, result.stdout), (0, b"alive\n"))

    def test_a_client_that_wants_no_session_is_told_that_there_is_nothing_else(self):
        for options in (("-N",), ("-N", "-L", f"{self.directory}/n-forwarded:127.0.0.1:22")):
            with self.subTest(options=options):
                result = self.ssh("plain", options=options)
                self.assertEqual((result.status, result.stdout), (255, b""))
                self.assertIn("oneoff: nothing to run: the client asked for no command and no shell (ssh -N?), and "
                              "nothing is forwarded here", result.stderr)


if __name__ == "__main__":
    harness.main()
