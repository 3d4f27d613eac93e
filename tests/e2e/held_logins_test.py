"""Strangers who exchange keys and then hold their connections keep no person out, and are on the record."""

import threading

import paramiko

import harness
import stranger

ADDRESSES = [f"127.0.0.{number}" for number in range(2, 6)]
EACH = 10
PEOPLE = 6


class Holding:
    """From each address, keeps so many connections that have exchanged keys, and makes a new one for each that ends."""

    def __init__(self, port):
        self._port = port
        self._over = threading.Event()
        self._full = {address: threading.Event() for address in ADDRESSES}
        self._threads = [threading.Thread(target=self._hold, args=(address,)) for address in ADDRESSES]
        for thread in self._threads:
            thread.start()

    def wait_for_one_round(self):
        for full in self._full.values():
            assert full.wait(60)

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _hold(self, address):
        held = []
        tried = 0
        while not self._over.is_set():
            held = [transport for transport in held if transport.is_active()]
            if len(held) < EACH:
                held += self._connect(address)
                tried += 1
            if len(held) == EACH or tried >= EACH:
                self._full[address].set()
                self._over.wait(0.05)
        for transport in held:
            transport.close()

    def _connect(self, address):
        transport = paramiko.Transport(stranger.connect(self._port, address))
        try:
            transport.start_client(timeout=20)
        except (paramiko.SSHException, EOFError, OSError):
            transport.close()
            return []
        return [transport]


class HeldLogins(harness.GatewayTest):
    settings = {"max_startups": {"start": 10, "rate": 50, "full": 20}, "per_source": EACH,
                "penalties": {"exempt": ["127.0.0.0/8"]}}
    app = {"limits": {"runs": 2 * PEOPLE, "runs_per_person": 2 * PEOPLE}}

    def setUp(self):
        stranger.wait_for_no_sessions(self.gateway)

    def test_a_source_with_none_gets_in_all_the_while(self):
        holding = Holding(self.gateway.port)
        try:
            holding.wait_for_one_round()
            for _ in range(4 * PEOPLE):
                self.assert_ran(self.ssh("plain", "echo in"), "in\n")
        finally:
            holding.stop()
        harness.wait_until(lambda: any("replaced" in record["reasons"] for record in
                                       self.gateway.audit("connections.refused")), "the record")

    def test_who_logs_in_meanwhile_stays(self):
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'")
        self.assertEqual(run.stdout.readline(), b"in\n")
        holding = Holding(self.gateway.port)
        try:
            holding.wait_for_one_round()
            self.assert_ran(self.ssh("plain", "true"), "")
            run.stdin.close()
            self.assertEqual(run.wait(20), 0)
        finally:
            holding.stop()


class Offenders(harness.GatewayTest):
    settings = {"max_startups": {"start": 2, "rate": 100, "full": 2},
                "penalties": {"noauth": "1m", "least": "1m", "exempt": ["127.0.0.1", "127.0.1.0/24"]}}

    def setUp(self):
        stranger.wait_for_no_sessions(self.gateway)

    def hold(self, source):
        transport = paramiko.Transport(stranger.connect(self.gateway.port, source))
        self.addCleanup(transport.close)
        transport.start_client(timeout=20)
        return transport

    def test_the_oldest_of_the_source_with_the_most_goes_and_is_penalised(self):
        first, second = self.hold("127.0.0.2"), self.hold("127.0.0.2")
        self.assert_ran(self.ssh("plain", "true"), "")
        harness.wait_until(lambda: not first.is_active(), "the end of the oldest")
        self.assertTrue(second.is_active())
        harness.wait_until(lambda: "127.0.0.2: refused for 60 s from now: " in self.gateway.stderr(), "the penalty")
        self.assertEqual(self.gateway.wait_for_audit("connections.refused", source="127.0.0.2")["reasons"],
                         ["replaced"])

    def test_a_source_takes_no_place_from_one_that_has_fewer(self):
        first, second = self.hold("127.0.1.2"), self.hold("127.0.1.3")
        with stranger.connect(self.gateway.port, "127.0.1.2") as connection:
            self.assertEqual(stranger.farewell(stranger.everything(connection)),
                             "oneoff: too many connections are being made right now; try again")
        self.assertTrue(first.is_active() and second.is_active())


if __name__ == "__main__":
    harness.main()
