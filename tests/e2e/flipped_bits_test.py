"""A bit that is flipped on the way ends the connection; nothing that was not sent is ever delivered."""

import concurrent.futures
import hashlib
import itertools

import harness
from proxy import Flip, Line

DATA = hashlib.shake_256(b"flipped").digest(300_000)
AEAD = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com")
PROTECTED = [*((cipher, None) for cipher in AEAD),
             *itertools.product(("aes128-ctr", "aes256-ctr"),
                                ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"))]
IN_THE_DATA = 100_000
KEYS_ARE_AGREED = 2_000  # bytes either way, at the most, until then


class FlippedBits(harness.GatewayTest):
    settings = {"login_grace": "3s", "keepalive": "500ms", "lost_after": "2s", "term_after": "300ms", "runs_per_person": 30}
    app = {"limits": {"runs": 30, "runs_per_person": 30}}

    def run_over(self, flip, command, options=()):
        """The command's result over a line that flips that bit, DATA being its input."""
        with Line(self.gateway.port, flip) as line:
            client = harness.Client(self.directory, line.port, self.gateway.host_keys())
            return client.ssh("plain", command, stdin=DATA, options=options)

    def assert_cut(self, result, command):
        """The connection ended; what arrived is a part of what was sent; the end is on the record."""
        self.assertEqual(result.status, 255, result.stderr)
        self.assertTrue(DATA.startswith(result.stdout))
        self.assertLess(len(result.stdout), len(DATA))
        run = self.gateway.wait_for_audit("run.started", command=command)["run"]
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertIn((ended["how"], ended["status"]), (("lost_line", 129), ("hangup", 129)))

    def test_in_the_data_under_each_cipher_and_mac(self):
        for number, (upwards, (cipher, mac)) in enumerate(itertools.product((True, False), PROTECTED)):
            command = f"sh -c 'tee tmp/arrived-{number}; sleep 300'"
            with self.subTest(cipher=cipher, mac=mac, upwards=upwards):
                options = ("-o", f"Ciphers={cipher}", *(("-o", f"MACs={mac}") if mac else ()))
                result = self.run_over(Flip(upwards, IN_THE_DATA, bit=3), command, options)
                self.assert_cut(result, command)
                arrived = self.plain.directory / f"releases/v2/tmp/arrived-{number}"
                if arrived.exists():  # it had come so far
                    self.assertTrue(DATA.startswith(arrived.read_bytes()))

    def test_anywhere_before_the_login_is_over(self):
        # Bytes that nothing protects (the padding of the first packets) may be changed: no more than that.
        flips = [Flip(upwards, byte, bit=byte % 8) for upwards in (True, False) for byte in range(4, 3_600, 60)]

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda flip: self.run_over(flip, "cat"), flips))
        for flip, result in zip(flips, results):
            with self.subTest(flip=flip):
                self.assertTrue(DATA.startswith(result.stdout))
                self.assertIn(result.status, (0, 255), result.stderr)
                if result.status == 0:
                    self.assertEqual(result.stdout, DATA)
                    self.assertLess(flip.byte, KEYS_ARE_AGREED)
        harness.wait_until(lambda: len(self.gateway.audit("run.started")) == len(self.gateway.audit("run.ended")),
                           "each run to have its end")


if __name__ == "__main__":
    harness.main()
