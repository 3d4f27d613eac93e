"""A broker that is killed while runs are under way: they go on, and their ends are on the record once it is back."""

import os
import signal

import harness
import processes
from cast import Cast


class BrokerKilled(harness.GatewayTest):
    settings = {"term_after": "300ms", "kill_after": "300ms"}

    def setUp(self):
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "to be served")

    def ended(self, command):
        """The one record of the end of the command's run, as soon as it is there."""
        run = self.gateway.wait_for_audit("run.started", command=command)["run"]
        self.gateway.wait_for_audit("run.ended", run=run)
        [record] = self.gateway.audit("run.ended", run=run)
        return record["how"], record["status"]

    def start(self, command):
        client = self.start_ssh("plain", command)
        self.assertEqual(client.stdout.readline(), b"in\n")
        return client

    def test_what_ends_meanwhile_has_its_end_recorded_once(self):
        exits, dies, left, stays = (f"sh -c 'echo in; read x; {act}'" for act in
                                    ("exit 3", "kill -9 $$", ": left", "cat; exit 5"))
        clients = {command: self.start(command) for command in (exits, dies, left, stays)}
        terminal = self.run_terminal("plain", "sh -c 'echo in; read x; echo out $x'")
        terminal.expect(rb"in\r\n")
        cast = Cast(self.gateway)
        os.kill(cast.serve, signal.SIGSTOP)  # it would start the next broker
        try:
            os.kill(cast.broker, signal.SIGKILL)
            harness.wait_until(lambda: processes.is_zombie(cast.broker), "the broker to be dead")
            for command in (exits, dies, stays):
                clients[command].stdin.write(b"go\n")
                clients[command].stdin.flush()
            clients[left].kill()
            self.assertEqual(clients[exits].wait(20), 3)
            self.assertEqual(clients[dies].wait(20), 137)
            terminal.send("on\n")
            terminal.expect(rb"out on\r\n")
            self.assertEqual(terminal.wait(), 0)
        finally:
            os.kill(cast.serve, signal.SIGCONT)
        self.assertEqual(self.ended(exits), ("exited", 3))
        self.assertEqual(self.ended(dies), ("signalled", 137))
        self.assertEqual(self.ended(left), ("lost_line", 129))
        self.assertEqual(self.ended("sh -c 'echo in; read x; echo out $x'"), ("exited", 0))
        clients[stays].stdin.write(b"still here\n")
        clients[stays].stdin.close()
        self.assertEqual((clients[stays].stdout.read(), clients[stays].wait(20)), (b"still here\n", 5))
        self.assertEqual(self.ended(stays), ("exited", 5))
        self.assertEqual(self.gateway.oneoff("audit", "verify").returncode, 0)

    def test_killed_again_and_again_it_forgets_nobody(self):
        commands = [f"sh -c 'echo in; read x; exit {number}'" for number in range(4)]
        clients = [self.start(command) for command in commands]
        for client in clients:
            broker = Cast(self.gateway).broker
            os.kill(broker, signal.SIGKILL)
            client.stdin.write(b"go\n")
            client.stdin.flush()
            self.assertIn(client.wait(20), range(4))
        for number, command in enumerate(commands):
            self.assertEqual(self.ended(command), ("exited", number))
        harness.wait_until(lambda: not [name for name in self.gateway.runs() if not name.startswith(".")],
                           "the runs' folders to be gone")


if __name__ == "__main__":
    harness.main()
