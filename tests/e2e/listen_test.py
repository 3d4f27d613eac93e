"""An address that the host does not have costs itself alone: the gateway listens on the others, and says so."""

import subprocess

import gateway
import harness

ELSEWHERE = "192.0.2.9:2222"  # RFC 5737: no interface has it


class Listen(harness.GatewayTest):
    settings = {"listen": ["127.0.0.1:0", ELSEWHERE]}

    def test_the_others_serve(self):
        self.assert_ran(self.ssh("plain", "echo here"), "here\n")
        self.assertEqual(len((self.gateway.root / "run/listen").read_text().splitlines()), 1)
        self.assertIn(f"listen on {ELSEWHERE}: Cannot assign requested address", self.gateway.stderr())

    def test_without_any_there_is_no_start(self):
        fresh = gateway.Gateway(self.directory / "fresh")
        fresh.settings(listen=[ELSEWHERE])
        done = subprocess.run([gateway.ONEOFF, "serve", "--root", fresh.root], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"oneoff: listen on {ELSEWHERE}: Cannot assign requested address", done.stderr)


if __name__ == "__main__":
    harness.main()
