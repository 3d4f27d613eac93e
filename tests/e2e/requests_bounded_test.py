"""Requests of one person are answered a few at a time: further ones wait, and others are served meanwhile."""

import os
import signal

import harness
from cast import Cast

AT_ONCE = 2
ALL = 5


class RequestsBounded(harness.GatewayTest):
    people = ("alice", "carol")
    settings = {"requests_per_person": AT_ONCE}

    def setUp(self):
        # While an end of a run waits for the writer, the broker does little else.
        harness.wait_until(lambda: not [name for name in self.gateway.runs() if not name.startswith(".")],
                           "the runs to be settled")

    def unpublished(self):
        """How many launchers wait until the start of their run is durable."""
        return len(list((self.gateway.root / "lib/runs/.new").iterdir()))

    def logins(self, person):
        return self.gateway.stderr().count(f"{person} (SHA256:")

    def start(self, count):
        """So many requests of carol, all of which have come."""
        before = self.logins("carol")
        clients = [self.start_ssh("plain", "echo in", person="carol") for _ in range(count)]
        harness.wait_until(lambda: self.logins("carol") == before + count, "the logins")
        return clients

    def test_the_others_wait_for_their_turn(self):
        writer = Cast(self.gateway).writer
        os.kill(writer, signal.SIGSTOP)
        try:
            clients = self.start(ALL)
            harness.wait_until(lambda: self.unpublished() == AT_ONCE, "the first")
            self.assertEqual(self.ssh("oneoff", "ps").status, 0)  # the record of a list waits for nothing
            self.assertEqual(self.unpublished(), AT_ONCE)
        finally:
            os.kill(writer, signal.SIGCONT)
        for client in clients:
            self.assertEqual(client.wait(20), 0)
            self.assertEqual(client.stdout.read(), b"in\n")

    def test_a_client_that_leaves_does_not_keep_its_turn(self):
        writer = Cast(self.gateway).writer
        os.kill(writer, signal.SIGSTOP)
        try:
            first = self.start(AT_ONCE)
            harness.wait_until(lambda: self.unpublished() == AT_ONCE, "the first")
            for client in self.start(ALL):
                client.kill()
            last = self.start(1)
        finally:
            os.kill(writer, signal.SIGCONT)
        for client in first + last:
            self.assertEqual(client.wait(20), 0)


if __name__ == "__main__":
    harness.main()
