"""A signal that the client sends reaches the whole group of the command."""

import harness
import rawssh

WAITS = "echo ready; while :; do sleep 0.02; done"


class ClientSignals(harness.GatewayTest):
    def start(self, connection, script):
        channel = connection.session()
        connection.request(channel, "exec", f"sh -c '{script}'")
        connection.output(channel, b"ready")
        return channel

    def test_a_trap_runs(self):
        with rawssh.connect(self.client, "plain") as connection:
            for name, status in (("USR1", 9), ("INT", 10), ("HUP", 11), ("TERM", 12)):
                with self.subTest(signal=name):
                    channel = self.start(connection, f'trap "echo caught; exit {status}" {name}; {WAITS}')
                    connection.request(channel, "signal", name, want_reply=False)
                    connection.output(channel, b"caught\n")
                    connection.until(channel, "close")
                    self.assertIn(f"exit-status {status}", connection.said(channel))

    def test_an_untrapped_signal_kills(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = self.start(connection, WAITS)
            connection.request(channel, "signal", "KILL", want_reply=False)
            connection.until(channel, "close")
            self.assertIn("exit-status 137", connection.said(channel))

    def test_children_in_the_group_get_it_too(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = self.start(connection, f"(trap \"echo child; exit\" USR1; {WAITS}) & trap : USR1; wait; wait; exit 3")
            connection.request(channel, "signal", "USR1", want_reply=False)
            connection.output(channel, b"child\n")
            connection.until(channel, "close")

    def test_a_signal_of_no_known_name_is_ignored(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = self.start(connection, f'trap "exit 9" USR1; {WAITS}')
            connection.request(channel, "signal", "BOGUS", want_reply=False)
            connection.request(channel, "signal", "", want_reply=False)
            connection.request(channel, "signal", "USR1", want_reply=False)
            connection.until(channel, "close")
            self.assertIn("exit-status 9", connection.said(channel))


if __name__ == "__main__":
    harness.main()
