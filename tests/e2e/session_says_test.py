"""What a session that was broken into says on its descriptor 2 is told as its own: prefixed, escaped, bounded."""

import re
import unittest

import harness
import injection
import processes
from cast import Cast


@unittest.skipUnless(injection.possible, "needs root, and an x86-64")
class SessionSays(harness.GatewayTest):
    def setUp(self):
        super().setUp()
        self.cast = Cast(self.gateway)
        self.process = self.start_ssh("plain", "sleep 303")
        harness.wait_until(self.commands, "the command to run")
        self.session = self.cast.session()

    def said(self, pattern):
        return harness.wait_until(lambda: re.search(pattern, self.gateway.stderr(), re.M), pattern)

    def test_nothing_is_forged(self):
        injection.say(self.session, b"\r2026-01-01T00:00:00.000Z info broker: all is well\x1b[1m\n")
        self.said(r"^\S+ warning gateway: 127\.0\.0\.1:\d+: \\x0d2026-01-01T00:00:00\.000Z info broker: all is well"
                  r"\\x1b\[1m$")

    def test_a_flood_is_counted(self):
        injection.say(self.session, b"x\n" * 300)
        harness.wait_until(lambda: self.gateway.stderr().count(": x\n") >= 50, "its first lines")
        self._end(self.process)
        self.said(r"warning gateway: 127\.0\.0\.1:\d+: 250 more lines were left out$")
        self.assertEqual(self.gateway.stderr().count(": x\n"), 50)

    @unittest.skipUnless(harness.ROOT, "without root everything shares one user")
    def test_no_confined_process_has_the_log_or_a_free_place_among_the_first_three(self):
        command = self.commands()[0]
        for pid in (self.session, self.cast.monitor(), self.cast.supervisor(command)):
            links = [processes.link(pid, fd) for fd in range(3)]
            self.assertEqual(links[:2], ["/dev/null"] * 2, processes.name(pid))
            self.assertRegex(links[2], r"^pipe:", processes.name(pid))
            self.assertNotIn(f"{self.gateway.directory}/gateway.stderr", processes.descriptors(pid))


if __name__ == "__main__":
    harness.main()
