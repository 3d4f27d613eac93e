"""Each record leaves the host through syslog and the journal, checkpoints too; a daemon that stands still holds nobody up."""

import json
import os
import re
import socket

import harness


class AuditSyslog(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.sockets = {}
        for name in ("syslog", "journal"):
            cls.listen(name)
        cls.gateway.settings(audit={name: cls.path(name) for name in cls.sockets})

    @classmethod
    def path(cls, name):
        return f"{cls.directory}/{name}"

    @classmethod
    def listen(cls, name):
        cls.sockets[name] = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        cls.sockets[name].bind(cls.path(name))
        os.chmod(cls.path(name), 0o666)  # as /dev/log: the writer has a user of its own
        cls.sockets[name].settimeout(20)
        cls.addClassCleanup(lambda: cls.sockets[name].close())

    def receive(self, name, until):
        """Datagrams, to the first that `until` is true of."""
        received = []
        while True:
            received.append(self.sockets[name].recv(1 << 18))
            if until(received[-1]):
                return received

    def test_1_syslog_gets_each_record_and_its_checkpoints_are_anchors(self):
        self.assert_ran(self.ssh("plain", "echo syslog"), "syslog\n")
        received = self.receive("syslog", lambda text: b'"event":"run.ended"' in text)
        received += self.receive("syslog", lambda text: b'"event":"checkpoint"' in text)
        lines = [re.fullmatch(rb"<85>\w{3} [ \d]\d [\d:]{8} oneoff-audit\[\d+\]: (\{.*\})", text)[1] for text in received]
        sequence = [json.loads(line)["seq"] for line in lines]
        self.assertEqual(sequence, list(range(1, len(sequence) + 1)))
        log = b"".join(path.read_bytes() for path in sorted((self.gateway.root / "log/audit").glob("*.jsonl")))
        self.assertTrue(log.startswith(b"\n".join(lines)))
        kept = self.directory / "messages"
        kept.write_bytes(b"\n".join(received))
        verified = self.gateway.oneoff("audit", "verify", "--anchors", str(kept))
        self.assertEqual(verified.returncode, 0, verified.stdout)
        self.assertIn("are anchored", verified.stdout)

    def test_2_the_journal_gets_fields(self):
        self.assert_ran(self.ssh("plain", "echo journal"), "journal\n")
        text = self.receive("journal", lambda text: b"ONEOFF_EVENT=run.started\n" in text)[-1].decode()
        fields = dict(line.split("=", 1) for line in text.splitlines())
        record = json.loads(fields["MESSAGE"])
        self.assertEqual((fields["ONEOFF_RUN"], fields["ONEOFF_APP"], fields["ONEOFF_PERSON"], fields["ONEOFF_SEQ"]),
                         (record["run"], "plain", "alice", str(record["seq"])))

    def test_3_daemons_that_stand_still_or_go_hold_nobody_up(self):
        for attempt in range(12):  # more than their queues take
            self.assert_ran(self.ssh("plain", f"echo {attempt}"), f"{attempt}\n")
        self.sockets["syslog"].close()
        os.unlink(self.path("syslog"))
        self.assert_ran(self.ssh("plain", "echo gone"), "gone\n")
        self.listen("syslog")
        received = self.receive("syslog", lambda text: b"echo gone" in text)
        self.assertTrue(received)


if __name__ == "__main__":
    harness.main()
