"""A client that leaves ends its run: HUP, then TERM, then KILL; the record says that it left."""

import harness
import rawssh

READY = "echo ready; while :; do sleep 0.02; done"


class DisconnectLeft(harness.GatewayTest):
    settings = {"term_after": "300ms", "kill_after": "300ms"}

    def start(self, command, **options):
        """A command that has said that it is ready, its client, and its run."""
        process = self.start_ssh("plain", command, **options)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        return process, self.gateway.wait_for_audit("run.started", command=command)["run"]

    def assert_ended(self, run, **fields):
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual({key: ended[key] for key in ("how", *fields)}, {"how": "hangup", **fields})
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_an_interrupted_client_does_too(self):
        process, run = self.start(f"sh -c ': interrupted; {READY}'")
        process.send_signal(harness.signal.SIGINT)
        self.assert_ended(run, status=129)

    def test_a_closed_terminal_does_too(self):
        terminal = self.run_terminal("plain", "sleep 303")
        terminal.expect(rb"as alice\r\n")
        run = self.gateway.wait_for_audit("run.started", command="sleep 303")["run"]
        terminal.close_window()
        self.assert_ended(run, status=129)

    def test_a_closed_channel_does_too(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session()
            connection.request(channel, "exec", "sleep 304")
            connection.until(channel, "success")
            run = self.gateway.wait_for_audit("run.started", command="sleep 304")["run"]
            connection.close_channel(channel)
            self.assert_ended(run, status=129)

    def test_the_escape_of_the_client_does_too(self):
        terminal = self.run_terminal("plain", "sh -c 'cat; : escape'")
        terminal.expect(rb"as alice\r\n")
        run = self.gateway.wait_for_audit("run.started", command="sh -c 'cat; : escape'")["run"]
        terminal.send("\r~.")
        self.assertEqual(terminal.wait(), 255)
        self.assert_ended(run)

    def test_the_signals_come_in_their_order(self):
        log = self.plain.directory / "shared/signals"
        self.plain.write("shared/signals", "")
        self.plain.own()
        traps = "".join(f'trap "echo {name} >>{log}" {name}; ' for name in ("HUP", "TERM"))
        process, run = self.start(f"sh -c '{traps}{READY}'")
        process.terminate()
        self.assert_ended(run, status=129)
        self.assertEqual(log.read_text(), "HUP\nTERM\n")

    def test_a_command_that_ends_itself_at_the_hangup_is_given_its_time(self):
        done = self.plain.directory / "releases/v2/tmp/cleaned-up"
        process, run = self.start(f"sh -c 'trap \"sleep 0.1; touch {done}; exit\" HUP; {READY}'")
        process.terminate()
        self.assert_ended(run)
        self.assertTrue(done.exists())

    def test_other_runs_of_the_connection_go_on(self):
        with rawssh.connect(self.client, "plain") as connection:
            first, second = connection.session(), connection.session()
            connection.request(first, "exec", "sleep 305")
            connection.request(second, "exec", "cat")
            connection.until(first, "success")
            connection.until(second, "success")
            connection.close_channel(first)
            self.gateway.wait_for_audit("run.ended", how="hangup")
            second.sendall(b"still there\n")
            connection.output(second, b"still there\n")


if __name__ == "__main__":
    harness.main()
