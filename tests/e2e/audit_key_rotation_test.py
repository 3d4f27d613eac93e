"""The key that signs the record is changed while the gateway runs; the old one stands for the new."""

import harness


class AuditKeyRotation(harness.GatewayTest):
    def oneoff(self, *words):
        result = self.gateway.oneoff("audit", *words)
        return result.returncode, result.stdout

    def private(self):
        return (self.gateway.root / "etc/audit_key").read_bytes()

    def test_the_log_goes_on_under_the_new_key(self):
        self.assert_ran(self.ssh("plain", "echo before"), "before\n")
        old, old_private = self.oneoff("key")[1].strip(), self.private()
        loaded = len(self.gateway.audit("configuration.loaded"))
        status, said = self.oneoff("key", "--rotate")
        new = said.strip()
        self.assertEqual(status, 0)
        self.assertNotEqual(new, old)
        self.assertEqual(self.oneoff("key")[1].strip(), new)
        self.assertNotEqual(self.private(), old_private)
        self.assertFalse((self.gateway.root / "etc/audit_key.new").exists())
        self.assertEqual(len(self.gateway.audit("configuration.loaded")), loaded)  # a key is none of it
        rotated = self.gateway.audit("key.rotated")[-1]
        self.assertEqual((rotated["old"], rotated["key"]), (old, new))

        self.assert_ran(self.ssh("plain", "echo after"), "after\n")
        run = self.gateway.wait_for_audit("run.started", command="echo after")["run"]
        self.gateway.wait_for_audit("run.ended", run=run)
        for key in (old, new):
            status, said = self.oneoff("verify", "--key", key)
            self.assertEqual(status, 0, said)
            self.assertIn("are signed and not anchored: " + new, said)

    def test_a_change_that_nobody_runs_for_is_made_at_the_next_start(self):
        self.gateway.stop()
        before = self.oneoff("key")[1].strip()
        status, said = self.oneoff("key", "--rotate")
        self.assertEqual(status, 0)
        self.assertEqual(self.oneoff("key")[1].strip(), before)
        type(self).start_gateway()
        self.gateway.wait_for_audit("key.rotated", old=before, key=said.strip())
        harness.wait_until(lambda: self.oneoff("key")[1].strip() == said.strip(), "the files to be changed")
        self.assertEqual(self.oneoff("verify", "--key", before)[0], 0)


if __name__ == "__main__":
    harness.main()
