"""Bytes that are no UTF-8 reach the command as they are, and the record holds them exactly."""

import base64

import harness

BYTES = b"caf\xe9 \xff\xfe"
TYPED = b"printf %s '" + BYTES + b"'"


class NonUtf8Arguments(harness.GatewayTest):
    def test_the_command_gets_the_bytes(self):
        self.assert_ran(self.ssh("plain", TYPED), BYTES)

    def test_the_record_holds_the_bytes(self):
        self.ssh("plain", TYPED)
        wanted = {"b64": base64.b64encode(TYPED).decode()}
        started = self.gateway.wait_for_audit("run.started", command=wanted)
        self.assertEqual(started["argv"], ["printf", "%s", {"b64": base64.b64encode(BYTES).decode()}])
        self.assertEqual(self.gateway.oneoff("audit", "verify").returncode, 0)

    def test_a_refusal_shows_them_escaped(self):
        result = self.ssh("plain", b"\xff\x1b[31m", person="carol")
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertNotIn("\x1b", result.stderr)
        self.assertNotIn("\ufffd", result.stderr)

    def test_the_value_of_a_variable_may_be_any_bytes(self):
        result = self.ssh("plain", b"VERBOSE='" + BYTES + b"' sh -c 'printf %s \"$VERBOSE\"'")
        self.assert_ran(result, BYTES)


if __name__ == "__main__":
    harness.main()
