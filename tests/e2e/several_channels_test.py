"""One connection carries several commands at once, each with its own streams and status."""

import paramiko

import harness
import rawssh


class SeveralChannels(harness.GatewayTest):
    settings = {"channels": 10}
    app = {"limits": {"runs_per_person": 10}}

    def test_eight_commands_share_a_connection(self):
        master = ("-o", "ControlMaster=auto", "-o", f"ControlPath={self.directory}/master", "-o", "ControlPersist=30")
        self.assert_ran(self.ssh("plain", "true", options=master), "")
        self.addCleanup(self.ssh, "plain", options=(*master, "-O", "exit"))
        ran = [self.start_ssh("plain", f"sh -c 'cat; echo {n} >&2; exit {n}'", options=master) for n in range(8)]
        for number, process in enumerate(ran):
            data = bytes([65 + number]) * 200000
            with self.subTest(number=number):
                out, err = process.communicate(data, timeout=30)
                self.assertEqual((process.returncode, out, err), (number, data, b"%d\n" % number))
        self.assertEqual(len(self.gateway.audit("authenticated")), 1)

    def test_one_that_nobody_reads_does_not_stop_another(self):
        with rawssh.connect(self.client, "plain") as connection:
            stuck = connection.session(window=4096)
            connection.request(stuck, "exec", "yes")
            connection.until(stuck, "stdout")
            for _ in range(3):
                other = connection.session()
                connection.request(other, "exec", "echo alive")
                connection.output(other, b"alive\n")
                connection.until(other, "close")

    def test_more_than_the_bound_are_refused_and_the_rest_lives(self):
        with rawssh.connect(self.client, "plain") as connection:
            channels = [connection.session() for _ in range(10)]
            with self.assertRaises(paramiko.ChannelException):
                connection.session()
            for channel in channels:
                connection.request(channel, "exec", "cat")
                connection.until(channel, "success")
                connection.eof(channel)
                connection.until(channel, "close")
                channel.close()
            again = connection.session()
            connection.request(again, "exec", "echo again")
            connection.output(again, b"again\n")

    def test_two_commands_on_one_channel_are_one_too_many(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "exec", "cat")
            connection.until(channel, "success")
            connection.request(channel, "exec", "echo twice")
            connection.until(channel, "failure")
            connection.eof(channel)
            connection.until(channel, "close")
            self.assertEqual(connection.said(channel), ["success", "failure", "exit-status 0", "eof", "close"])


if __name__ == "__main__":
    harness.main()
