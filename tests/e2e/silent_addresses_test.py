"""Silent connections from several addresses keep no person out, and are penalised and on the record."""

import harness
import stranger

ADDRESSES = [f"127.0.0.{number}" for number in range(2, 7)]
EACH = 40
PEOPLE = 10


class SilentAddresses(harness.GatewayTest):
    app = {"limits": {"runs": 2 * PEOPLE, "runs_per_person": 2 * PEOPLE}}

    def log_in(self):
        for result in stranger.in_parallel(PEOPLE, lambda _: self.ssh("plain", "echo in")):
            self.assert_ran(result, "in\n")

    def penalised(self, address):
        return f"{address}: refused for " in self.gateway.stderr()

    def test_people_log_in_all_the_while(self):
        # Each login ends the oldest that is silent until there are 50, max_startups' start: the last address's 40 stay.
        pressed = ADDRESSES[:-1]
        silence = stranger.Silence(self.gateway.port, ADDRESSES, EACH)
        try:
            for _ in range(3):
                self.log_in()
            harness.wait_until(lambda: self.log_in() or all(map(self.penalised, pressed)), "the penalties of all")
        finally:
            silence.stop()
        for address in pressed:
            with self.subTest(address=address):
                harness.wait_until(lambda source=address: any(
                    "silent" in record["reasons"] for record in
                    self.gateway.audit("connections.refused", source=source)), "the record of the silent")
        self.assertRegex(self.gateway.stderr(), r"\d+ connections from 127\.0\.0\.2 turned away: .*silent")


class ALongSilence(harness.GatewayTest):
    settings = {"max_startups": {"start": 2, "rate": 100, "full": 2},
                "penalties": {"noauth": "1m", "least": "1m", "exempt": ["127.0.0.1", "127.0.1.0/24"]}}

    def test_the_oldest_silent_one_goes_and_is_told(self):
        first, second = (stranger.connect(self.gateway.port, f"127.0.1.{number}") for number in (2, 3))
        self.assertEqual(first.recv(12), b"SSH-2.0-Open")
        self.assertEqual(second.recv(12), b"SSH-2.0-Open")
        self.assert_ran(self.ssh("plain", "true"), "")
        self.assertIn(b"oneoff: too many connections are being made right now, and this one has said nothing; try again",
                      stranger.everything(first))
        second.sendall(stranger.BANNER)  # still there
        self.assertTrue(second.recv(1))
        self.assertEqual(self.gateway.wait_for_audit("connections.refused", source="127.0.1.2")["reasons"], ["silent"])

    def test_a_silence_that_is_no_probe_is_an_offence(self):
        with stranger.connect(self.gateway.port, "127.0.0.2") as connection:
            self.assertTrue(connection.recv(1))
            with self.assertRaises(TimeoutError):
                connection.settimeout(2)
                while connection.recv(4096):
                    pass
        harness.wait_until(lambda: "127.0.0.2: refused for 60 s from now: " in self.gateway.stderr(), "the penalty")


if __name__ == "__main__":
    harness.main()
