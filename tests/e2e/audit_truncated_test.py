"""Records that were cut off the end of a stopped log are missed: by the head, by the end itself, by what runs have left."""

import json

import harness


class AuditTruncated(harness.GatewayTest):
    def verify(self, *words):
        result = self.gateway.oneoff("audit", "verify", *words)
        return result.returncode, result.stdout + result.stderr

    def test_every_cut_of_a_stopped_log_is_found(self):
        for i in range(3):
            self.assert_ran(self.ssh("plain", f"echo {i}"), f"{i}\n")
        self.ssh("plain", "nothing of carol's", person="carol")
        harness.wait_until(lambda: len(self.gateway.audit("recording.ended")) == 3, "the recordings to be archived")
        self.assertEqual(self.gateway.stop(), 0)
        status, said = self.verify()
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"(?m)^nothing outside this host proves that the log's end was not cut off; this "
                               r"host's own audit_head agrees with record \d+$")
        self.assertEqual(self.verify("--require-anchor")[0], 4)
        self.assertEqual(self.verify("--quiet"), (0, ""))
        self.assertEqual(json.loads(self.verify("--json")[1])["verdict"], "sound")

        log = sorted((self.gateway.root / "log/audit").glob("*.jsonl"))[-1]
        whole = log.read_bytes()
        lines = whole.splitlines(keepends=True)
        head = self.gateway.root / "lib/audit_head"
        kept = head.read_bytes()
        for left in range(len(lines)):
            log.write_bytes(b"".join(lines[:left]))
            status, said = self.verify()
            self.assertEqual(status, 1, f"{left} of {len(lines)} lines: {said}")
            self.assertIn("were cut off", said)
            self.assertNotIn("recording: ", said)
        head.unlink()
        for left in range(len(lines)):
            log.write_bytes(b"".join(lines[:left]))
            self.assertNotEqual(self.verify()[0], 0, f"{left} of {len(lines)} lines without a head")
        head.write_bytes(kept)
        log.unlink()
        type(self).start_gateway()
        recovered = self.gateway.wait_for_audit("recovered")
        self.assertEqual((recovered["seq"], recovered["cut"]), (len(lines) + 1, len(lines)))
        self.assertEqual(self.verify()[0], 1)


if __name__ == "__main__":
    harness.main()
