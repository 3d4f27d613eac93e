"""Nothing is left behind, whoever dies when: processes, terminals, descriptors and folders are counted."""

import os
import signal

import harness
import processes
from cast import Cast

# Says when it runs; echoes; takes some killing.
COMMAND = "sh -c 'trap \"\" HUP TERM; echo ready; cat; while :; do sleep 0.02; done'"


class Leftovers(harness.GatewayTest):
    settings = {"term_after": "200ms", "kill_after": "200ms", "linger": "300ms", "keepalive": "200ms",
                "lost_after": "1s"}

    def setUp(self):
        self.assert_ran(self.ssh("plain", "true"), "")  # whatever a first connection leaves is no leak
        harness.wait_until(lambda: len(self.gateway.processes()) == 4, "the gateway to be at rest")
        self.cast = Cast(self.gateway)
        counts = [self.count(), None]

        def settled():
            counts.insert(0, self.count())
            # Not while recordings are archived, either.
            return counts[0]["processes"] == 4 and len(set(map(str, counts[:5]))) == 1

        harness.wait_until(settled, "the counts to settle")
        self.before = counts[0]

    def count(self):
        """What there is of everything, by kind. Who serves may have been started anew meanwhile."""
        cast = Cast(self.gateway)
        return {"processes": len(self.gateway.processes()), "commands": len(self.commands()),
                "terminals": sum(link.startswith("/dev/pt") for pid in self.gateway.processes()
                                 for link in processes.descriptors(pid)),
                "gateway's descriptors": len(processes.descriptors(cast.gateway)),
                "broker's descriptors": len(processes.descriptors(cast.broker)),
                "writer's descriptors": len(processes.descriptors(cast.writer)),
                "unfinished runs": len(list((self.gateway.root / "lib/runs").glob(".new/*"))),
                "sockets": len([path for path in (self.gateway.root / "run").rglob("*") if "runs" in path.parts])}

    def assert_nothing_left(self):
        # It serves again; and who opens its files with the first use has them open, as before.
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "the next command to run")
        seen = {}

        def same():
            seen.update(self.count())
            return seen == self.before

        try:
            harness.wait_until(same, "everything to be as before", 15)
        except harness.Late:
            self.assertEqual(seen, self.before)
        started = {record["run"] for record in self.gateway.audit("run.started")}

        def ended():
            # What was not started, and may have no start on the record, says so to be safe.
            return [record["run"] for record in self.gateway.audit("run.ended")
                    if record["run"] in started or record["how"] != "not_started"]

        harness.wait_until(lambda: set(ended()) == started, "each start to have an end")
        self.assertEqual(sorted(ended()), sorted(started), "each start has one end")

    def running(self, on_terminal):
        """A command that runs, as its client and its supervisor."""
        if on_terminal:
            client = self.run_terminal("plain", COMMAND)
            client.expect(rb"ready\r\n")
        else:
            client = self.start_ssh("plain", COMMAND)
            self.assertEqual(client.stdout.readline(), b"ready\n")
        return client, self.cast.supervisor(self.commands()[0])

    def kill_each(self, on_terminal, ending):
        victims = ("client", "session", "monitor", "supervisor", "command", "gateway", "broker", "writer")
        for victim in victims:
            with self.subTest(victim=victim, on_terminal=on_terminal, ending=ending):
                self.cast = Cast(self.gateway)
                client, supervisor = self.running(on_terminal)
                roles = {"client": client.pid, "session": self.cast.session(),
                         "monitor": self.cast.monitor(), "supervisor": supervisor,
                         "command": self.commands()[0], "gateway": self.cast.gateway, "broker": self.cast.broker,
                         "writer": self.cast.writer}
                if ending:  # HUP has been sent, TERM and KILL are still to come
                    client.kill()
                    harness.wait_until(lambda: processes.parent(roles["session"]) == 0
                                       or processes.is_zombie(roles["session"]), "the session to end")
                try:
                    os.kill(roles[victim], signal.SIGKILL)
                except ProcessLookupError:
                    self.assertTrue(ending)
                client.kill()
                self.assert_nothing_left()

    def test_while_running_on_pipes(self):
        self.kill_each(on_terminal=False, ending=False)

    def test_while_running_on_a_terminal(self):
        self.kill_each(on_terminal=True, ending=False)

    def test_while_ending(self):
        self.kill_each(on_terminal=False, ending=True)
        self.kill_each(on_terminal=True, ending=True)

    def test_before_a_start(self):
        for victim in ("client", "session", "monitor", "gateway", "broker", "writer"):
            with self.subTest(victim=victim):
                self.cast = Cast(self.gateway)
                authenticated = len(self.gateway.audit("authenticated"))
                # A master: any other client without a session is told to go at once.
                client = self.start_ssh("plain", options=("-N", "-M", "-S", str(self.directory / f"master-{victim}")))
                harness.wait_until(lambda: len(self.gateway.audit("authenticated")) > authenticated, "the login")
                roles = {"client": client.pid, "session": self.cast.session(), "monitor": self.cast.monitor(),
                         "gateway": self.cast.gateway, "broker": self.cast.broker, "writer": self.cast.writer}
                os.kill(roles[victim], signal.SIGKILL)
                client.kill()
                self.assert_nothing_left()

    def test_before_a_login(self):
        for victim in ("client", "session"):
            with self.subTest(victim=victim):
                self.cast = Cast(self.gateway)
                with harness.socket.create_connection(("127.0.0.1", self.client.port)) as connection:
                    self.assertEqual(connection.recv(4), b"SSH-")
                    if victim == "session":
                        os.kill(self.cast.session(), signal.SIGKILL)
                self.assert_nothing_left()


class Survivors(harness.GatewayTest):
    def test_a_run_outlives_gateway_and_broker(self):
        for victim in ("gateway", "broker", "writer"):
            with self.subTest(victim=victim):
                process = self.start_ssh("plain", "sh -c 'echo ready; cat; exit 7'")
                self.assertEqual(process.stdout.readline(), b"ready\n")
                os.kill(getattr(Cast(self.gateway), victim), signal.SIGKILL)
                process.stdin.write(b"still there\n")
                process.stdin.flush()
                self.assertEqual(process.stdout.readline(), b"still there\n")
                process.stdin.close()
                self.assertEqual(process.wait(20), 7)
                self.gateway.wait_for_audit("run.ended", status=7)
                harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "the next command to run")

    def test_a_lost_supervisor_is_told_with_70(self):
        process = self.start_ssh("plain", "sh -c 'echo ready; cat'")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        os.kill(Cast(self.gateway).supervisor(self.commands()[0]), signal.SIGKILL)
        self.assertEqual(process.wait(20), 70)
        self.assertRegex(process.stderr.read(), rb"\Aoneoff: [^\n]+\n\Z")
        self.assertEqual(self.gateway.wait_for_audit("run.ended")["how"], "supervisor_lost")
        harness.wait_until(lambda: not self.commands(), "the command to be gone")


if __name__ == "__main__":
    harness.main()
