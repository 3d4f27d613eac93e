"""What one person's connections hold together is bounded: the one that holds most is ended, the others stay."""

import paramiko
from paramiko.common import cMSG_CHANNEL_DATA

import harness
import rawssh

MIB = 1 << 20
PIECE = bytes(32 << 10)


class Held:
    """A connection with one channel, on which nothing is asked to run: what is sent there is held."""

    def __init__(self, client, size, person="alice"):
        self.connection = rawssh.connect(client, "plain", person=person)
        self.channel = self.connection.session()
        try:
            for _ in range(size // len(PIECE)):
                self.connection._send_user_message(
                    self.connection._message(cMSG_CHANNEL_DATA, self.channel, PIECE))
            # An answer shows that all that was sent before it has been read.
            self.connection.request(self.channel, "env", "NAME", "value")
            self.connection.until(self.channel, "success", "failure")
        except (OSError, EOFError, paramiko.SSHException):
            pass

    @property
    def alive(self):
        return self.connection.is_active()

    def close(self):
        self.connection.close()
        self.connection.join(10)


class HeldTest(harness.GatewayTest):
    def hold(self, size, person="alice"):
        held = Held(self.client, size, person)
        self.addCleanup(held.close)
        return held

    def assert_the_first_is_ended(self, held, words):
        harness.wait_until(lambda: not held[0].alive, "the end of the connection that holds most")
        self.assertEqual([each.alive for each in held[1:]], [True] * (len(held) - 1))
        self.assertIn(words, self.gateway.stderr())


class BytesHeldOfAPerson(HeldTest):
    settings = {"bytes_held_per_person": "8M", "runs_per_person": 2}

    def test_the_connection_that_holds_most_is_ended(self):
        other = self.hold(3 * MIB, "bob")
        held = [self.hold(3 * MIB), self.hold(2 * MIB), self.hold(2 * MIB), self.hold(2 * MIB)]
        self.assert_the_first_is_ended(
            held, "the connections of one person hold more of what was sent to them than bytes_held_per_person allows")
        self.assertTrue(other.alive)
        self.assert_ran(self.ssh("plain", "echo in"), "in\n")

    def test_what_was_held_is_held_no_more(self):
        before = len(self.gateway.processes())
        for _ in range(6):
            held = self.hold(3 * MIB, "carol")
            self.assertTrue(held.alive)
            held.close()
            harness.wait_until(lambda: len(self.gateway.processes()) <= before, "the end of its session")


class BytesHeldOfASource(HeldTest):
    settings = {"bytes_held_per_person": "4M", "bytes_held_per_source": "6M", "runs_per_person": 1}

    def test_the_connection_that_holds_most_is_ended_whoever_it_is(self):
        held = [self.hold(3 * MIB), self.hold(2 * MIB, "bob"), self.hold(2 * MIB, "carol")]
        self.assert_the_first_is_ended(
            held, "the connections of one source hold more of what was sent to them than bytes_held_per_source allows")


if __name__ == "__main__":
    harness.main()
