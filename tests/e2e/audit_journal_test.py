"""Where there is a journal, each record is in it with fields of its own, and its checkpoints are anchors."""

import json
import unittest

import systemd_host
from waiting import wait_until


class AuditJournal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = systemd_host.start(cls)
        cls.host.install()
        cls.host.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/oneoff/host_keys/ssh_host_ed25519_key")
        cls.host.write("/etc/oneoff/policy.json", '{"rules": []}')

    def journal(self, *matches):
        said = self.host.run("journalctl", "--no-pager", "--output=json", *matches, check=False).stdout
        return [json.loads(line) for line in said.splitlines()]

    def test_a_service_without_a_key_says_so_and_takes_up_one_that_is_made(self):
        self.host.run("systemctl", "start", "oneoff-broker.service", timeout=90)
        entry = wait_until(lambda: self.journal("ONEOFF_EVENT=service.started"), "the record in the journal")[-1]
        record = json.loads(entry["MESSAGE"])
        self.assertEqual((entry["SYSLOG_IDENTIFIER"], entry["ONEOFF_SEQ"], record["event"]),
                         ("oneoff-audit", str(record["seq"]), "service.started"))
        self.assertIn("the audit log is chained and not signed", self.host.journal("oneoff-broker.service"))
        self.assertIn("chained and not signed", self.host.run("oneoff", "audit", "verify").stdout)

        key = self.host.run("oneoff", "audit", "key").stdout.strip()
        checkpoint = wait_until(lambda: self.journal("ONEOFF_EVENT=checkpoint"), "a checkpoint in the journal")[-1]
        self.assertEqual(json.loads(checkpoint["MESSAGE"])["key"], key)

        self.host.run("sh", "-c", "journalctl --output=short SYSLOG_IDENTIFIER=oneoff-audit > /root/kept")
        verified = self.host.run("oneoff", "audit", "verify", "--key", key, "--anchors", "/root/kept", check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertIn("anchored", verified.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
