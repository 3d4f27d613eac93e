"""The record is signed: what its own root-only key proves, and what only a checkpoint that left the host does."""

import hashlib
import json
import os
import re
import signal

import harness


class AuditSigned(harness.GatewayTest):
    def verify(self, *words):
        """The status, and what it says."""
        result = self.gateway.oneoff("audit", "verify", *words)
        return result.returncode, result.stdout + result.stderr

    def key(self):
        return self.gateway.oneoff("audit", "key").stdout.strip()

    def log(self):
        return sorted((self.gateway.root / "log/audit").glob("*.jsonl"))[-1]

    def run_one(self, words):
        """Runs it, and waits until nobody has anything to write."""
        self.assertEqual(self.ssh("plain", words).status, 0)
        run = self.gateway.wait_for_audit("run.started", command=words)["run"]
        return self.gateway.wait_for_audit("run.ended", run=run)

    def test_each_end_of_a_run_is_signed_in_the_same_breath(self):
        ended = self.run_one("echo signed")
        checkpoint = harness.wait_until(
            lambda: [record for record in self.gateway.audit("checkpoint") if record["covers"] >= ended["seq"]],
            "a checkpoint")[0]
        self.assertEqual((checkpoint["covers"], checkpoint["head"], checkpoint["key"]),
                         (checkpoint["seq"] - 1, checkpoint["prev"], self.key()))
        status, said = self.verify("--key", self.key())
        self.assertEqual(status, 0, said)
        self.assertRegex(said, rf"records 1 to {checkpoint['covers']} are signed and not anchored: ed25519:\S+, "
                               "the key that was given\n")

    def test_the_private_half_is_its_owners_alone(self):
        status = (self.gateway.root / "etc/audit_key").stat()
        self.assertEqual((status.st_mode & 0o777, status.st_uid), (0o600, os.getuid()))

    def test_a_log_that_was_made_anew_without_the_key_is_found_out(self):
        self.run_one("echo anew")
        log = self.log()
        good = log.read_bytes()
        self.addCleanup(log.write_bytes, good)
        log.write_bytes(self.rewritten(good, b"echo anew", b"echo fine"))
        self.assertEqual(self.verify()[0], 1)
        # Without its checkpoints it looks like a log that never was signed, but to who knows the key.
        unsigned = b"".join(line + b"\n" for line in good.splitlines() if b'"event":"checkpoint"' not in line)
        log.write_bytes(self.rewritten(unsigned, b"echo anew", b"echo fine"))
        status, said = self.verify("--key", self.key())
        self.assertEqual(status, 1, said)
        self.assertIn("nothing in the log is signed by", said)

    def test_what_was_cut_off_is_missed_by_who_kept_a_checkpoint(self):
        self.run_one("echo cut")
        kept = self.directory / "kept"
        checkpoints = self.gateway.audit("checkpoint")
        kept.write_text("".join(f"Mar  1 09:30:00 host oneoff-audit[7]: {json.dumps(record, separators=(',', ':'))}\n"
                                for record in checkpoints))
        status, said = self.verify("--anchors", str(kept))
        self.assertEqual(status, 0, said)
        self.assertRegex(said, r"records 1 to \d+ are anchored: \d+ anchors match|record 1 is anchored")
        log = self.log()
        good = log.read_bytes()
        self.addCleanup(log.write_bytes, good)
        lines = good.splitlines(keepends=True)
        # The newest that was kept: the writer may have added another one since.
        last = next(number for number, line in enumerate(lines)
                    if line.startswith(b'{"seq":%d,' % checkpoints[-1]["seq"]))
        log.write_bytes(b"".join(lines[:last - 2]))
        status, said = self.verify("--anchors", str(kept))
        self.assertEqual(status, 1, said)
        self.assertRegex(said, r"kept:\d+: an anchor of record \d+, which is not in the log")

    @staticmethod
    def rewritten(text, old, new):
        """The log with `old` replaced, and a chain of its own: all that can be done without the key."""
        prev, lines = "0" * 64, []
        for number, line in enumerate(text.replace(old, new).splitlines(), 1):
            line = re.sub(rb'\A\{"seq":\d+', b'{"seq":%d' % number, line)
            line = re.sub(rb'"prev":"[0-9a-f]{64}"', b'"prev":"%s"' % prev.encode(), line, count=1)
            prev = hashlib.sha256(line).hexdigest()
            lines.append(line + b"\n")
        return b"".join(lines)


class AuditWithoutItsKey(harness.GatewayTest):
    def test_nothing_runs_once_the_log_is_signed_and_its_key_is_gone(self):
        self.assert_ran(self.ssh("plain", "true"), "")
        key = self.gateway.root / "etc/audit_key"
        self.gateway.stop(signal.SIGTERM)
        moved = key.rename(key.with_name("moved"))
        with self.assertRaises(AssertionError) as caught:
            self.gateway.start()
        self.assertRegex(str(caught.exception), r"/etc/audit_key.pub exists, but its private key is missing: put "
                                                r"\S+/etc/audit_key back")
        moved.rename(key)
        type(self).start_gateway()
        self.assert_ran(type(self).client.ssh("plain", "true"), "")
        result = self.gateway.oneoff("audit", "verify")
        self.assertIn(result.returncode, (0, 2), result.stdout)  # 2: its last run's end is not written yet


if __name__ == "__main__":
    harness.main()
