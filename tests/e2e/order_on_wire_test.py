"""On the wire: all output, then the exit status, then the end of file, then the close."""

import harness
import rawssh


class OrderOnWire(harness.GatewayTest):
    def run_raw(self, command, times=1):
        for _ in range(times):
            with rawssh.connect(self.client, "plain") as connection:
                channel = connection.session()
                connection.request(channel, "exec", command)
                connection.until(channel, "close")
                yield connection.said(channel)

    def test_the_status_follows_all_output(self):
        for said in self.run_raw("sh -c 'head -c 300000 /dev/zero; exit 3'", times=5):
            self.assertEqual(said, ["success", "stdout", "exit-status 3", "eof", "close"])

    def test_the_status_follows_both_streams(self):
        for said in self.run_raw("sh -c 'head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2; exit 4'", times=5):
            self.assertEqual((said[0], set(said[1:-3]), said[-3:]),
                             ("success", {"stdout", "stderr"}, ["exit-status 4", "eof", "close"]))

    def test_a_killed_command_has_a_status_too(self):
        for said in self.run_raw("sh -c 'kill -KILL $$'"):
            self.assertEqual(said, ["success", "exit-status 137", "eof", "close"])

    def test_a_refusal_has_the_same_order(self):
        for said in self.run_raw("echo 'open"):
            self.assertEqual(said, ["success", "stderr", "exit-status 64", "eof", "close"])

    def test_after_the_close_no_request_is_answered(self):
        with rawssh.connect(self.client, "plain") as connection:
            connection.never_close()
            channel = connection.session()
            connection.request(channel, "exec", "true")
            connection.until(channel, "close")
            connection.request(channel, "winadj@putty.projects.tartarus.org")  # as PuTTY, which has not seen it yet
            other = connection.session()  # opened after that has come
            connection.request(other, "exec", "true")
            connection.until(other, "close")
            self.assertEqual(connection.said(channel), ["success", "exit-status 0", "eof", "close"])

    def test_a_request_that_crosses_the_close_is_not_answered_behind_it(self):
        for _ in range(10):
            with rawssh.connect(self.client, "plain") as connection:
                connection.never_close()
                channel = connection.session()
                connection.request(channel, "exec", "true")
                for _ in range(400):  # some of them arrive while the CLOSE is being written
                    connection.request(channel, "winadj@putty.projects.tartarus.org")
                connection.until(channel, "close")
                other = connection.session()
                connection.request(other, "exec", "true")
                connection.until(other, "close")
                self.assertEqual(connection.said(channel)[-1], "close")

    def test_a_client_that_never_closes_holds_nothing(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "exec", "true")
            connection.until(channel, "exit-status 0")
            self.gateway.wait_for_audit("run.ended")
            harness.wait_until(lambda: not self.commands(), "the command to be gone")


if __name__ == "__main__":
    harness.main()
