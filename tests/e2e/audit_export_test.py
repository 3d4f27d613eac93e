"""The operator's own command gets each record once and in order, though it is slow, or dies; nobody waits for it."""

import json
import os
import signal

import harness
import processes

SHIP = """#!/bin/sh
# Ships to a file; stands still while there is a file `stop`.
while IFS= read -r line; do
  while [ -e {place}/stop ]; do sleep 0.05; done
  printf '%s\\n' "$line" >> {place}/arrived
done
"""


class AuditExport(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.place = cls.directory / "shipped"
        cls.place.mkdir(mode=0o777)
        cls.place.chmod(0o777)
        cls.ship = cls.directory / "ship"
        cls.ship.write_text(SHIP.format(place=cls.place))
        cls.ship.chmod(0o755)
        cls.gateway.settings(audit={"export": [str(cls.ship)], "syslog": "none", "journal": "none"})

    def arrived(self):
        path = self.place / "arrived"
        return path.read_text().splitlines() if path.exists() else []

    def wait_for_all(self):
        """Until what arrived is the whole log, in its order, once."""
        def whole():
            log = b"".join(path.read_bytes() for path in sorted((self.gateway.root / "log/audit").glob("*.jsonl")))
            return self.arrived() == log.decode().splitlines()
        harness.wait_until(whole, "every record to arrive, once")

    def shippers(self):
        return [pid for pid in self.gateway.processes() if str(self.ship) in processes.command_line(pid)]

    def test_1_each_record_arrives(self):
        self.assert_ran(self.ssh("plain", "echo shipped"), "shipped\n")
        run = self.gateway.wait_for_audit("run.started", command="echo shipped")["run"]
        self.gateway.wait_for_audit("run.ended", run=run)
        self.wait_for_all()
        if harness.ROOT:
            self.assertNotEqual((self.place / "arrived").stat().st_uid, 0)

    def test_2_a_slow_one_holds_nobody_up(self):
        (self.place / "stop").touch()
        for number in range(20):
            self.assert_ran(self.ssh("plain", f"echo {number}"), f"{number}\n")
        self.assertNotIn("echo 19", "".join(self.arrived()))
        (self.place / "stop").unlink()
        self.wait_for_all()

    def test_3_one_that_dies_misses_nothing(self):
        self.wait_for_all()
        pid = harness.wait_until(self.shippers, "the command")[0]
        os.kill(pid, signal.SIGKILL)
        self.assert_ran(self.ssh("plain", "echo meanwhile"), "meanwhile\n")
        self.wait_for_all()

    def test_4_what_it_missed_comes_after_the_next_start(self):
        self.wait_for_all()
        (self.place / "stop").touch()
        self.assert_ran(self.ssh("plain", "echo late"), "late\n")
        self.gateway.stop()
        (self.place / "stop").unlink()
        type(self).start_gateway()
        self.assert_ran(type(self).client.ssh("plain", "echo after"), "after\n")
        harness.wait_until(lambda: "echo after" in "".join(self.arrived()), "the newest records")
        # One that it had read and not passed on when it was ended is its own affair.
        sequence = [json.loads(line)["seq"] for line in self.arrived()]
        self.assertEqual(sequence, sorted(set(sequence)))
        self.assertLessEqual(sequence[-1] - len(sequence), 1)


if __name__ == "__main__":
    harness.main()
