"""`oneoff parity` names what a one-off finds other than the app's process, and every run says it; no value is shown."""

import json
import os
import subprocess

import harness
import processes
from waiting import wait_until

SECRETS = ("s3cr3t-value", "other-value")


class Parity(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        for release in ("v1", "v2"):
            cls.plain.write(f"releases/{release}/Procfile", "web: sleep 1000\nhello: echo hello\n")
        cls.plain.own()

    def setUp(self):
        self.env = self.plain.directory / "shared/.env"
        self.before = self.env.read_text()
        self.web = self.start("web")
        self.addCleanup(self.restore)

    def restore(self):
        self.web.kill()
        self.web.wait()
        self.set_env(self.before)
        self.gateway.app("plain", self.plain.directory)
        self.point_current_to("v2")

    def set_env(self, text):
        self.env.write_text(text)

    def point_current_to(self, release):
        link = self.plain.directory / "current"
        link.unlink()
        link.symlink_to(f"releases/{release}")
        self.plain.own()

    def start(self, kind):
        process = subprocess.Popen([harness.ONEOFF, "--root", self.gateway.root, "exec", "--app", "plain", kind],
                                   stdin=subprocess.DEVNULL, cwd="/", env={"PATH": os.environ["PATH"]})
        wait_until(lambda: processes.name(process.pid) == "sleep", "the process to begin")
        return process

    def parity(self, *words, status):
        result = self.gateway.oneoff("parity", *words)
        self.assertEqual((result.returncode, result.stderr), (status, ""), result.stdout)
        for secret in SECRETS:
            self.assertNotIn(secret, result.stdout)
        return result.stdout

    def differences(self, *words):
        lines = self.parity("plain", *words, status=1).splitlines()
        self.assertRegex(lines[0], r"^plain\+v2 web \(pid \d+, trusted\): a one-off's environment differs:$")
        return [line.strip() for line in lines[1:]]

    def run_parity(self):
        """What a run's audit record, its terminal's line and run:explain say."""
        self.assertEqual(self.ssh("plain", "true").status, 0)
        record = self.gateway.audit("run.started")[-1]["parity"]
        explained = self.ssh("plain", "run:explain", "true").stdout.decode()
        self.assertIn(f"with web:   {record}\n", explained)
        terminal = self.run_terminal("plain", "true")
        terminal.wait()
        differs = record.partition("different: ")[2]
        self.assertIn(f" as alice{'; web differs: ' * bool(differs)}{differs}\r\n", terminal.output.decode())
        for secret in SECRETS:
            self.assertNotIn(secret, explained + terminal.output.decode())
        return record

    def test_nothing_differs_at_first(self):
        self.assertEqual(self.parity("plain", status=0), f"plain+v2 web (pid {self.web.pid}, trusted): the same\n")
        self.assertEqual(self.run_parity(), "same")

    def test_a_changed_variable_is_named(self):
        self.set_env(self.before.replace("s3cr3t-value", "other-value") + "NEW=other-value\n")
        self.assertEqual(self.differences(), ["variable SECRET: has another value", "variable NEW: only a one-off gets it"])
        self.assertEqual(self.run_parity(), "different: SECRET, NEW")

    def test_another_release_is_named(self):
        self.point_current_to("v1")
        self.assertEqual(self.differences(), ["release: the process has v2, a one-off gets v1"])
        self.assertEqual(self.run_parity(), "different: release")
        self.assertEqual(self.gateway.oneoff("parity", "plain+v2").returncode, 0)

    def test_umask_limits_and_interpreters_are_named(self):
        ruby = self.plain.write("bin/ruby", "#!/bin/sh\n", 0o755)
        self.plain.own()
        self.gateway.app("plain", self.plain.directory, umask="0071", limits={"open_files": 500}, path=[str(ruby.parent)])
        found = dict(line.split(": ", 1) for line in self.differences())
        self.assertRegex(found["umask"], r"^the process has 0\d{3}, a one-off gets 0071$")
        self.assertRegex(found["limit open files"], r"^the process has \d+:\d+, a one-off gets 500:500$")
        self.assertIn(str(ruby), found["interpreter ruby"])
        self.assertEqual(found["variable PATH"], "has another value")

    def test_another_user_is_named(self):
        if not harness.ROOT:
            self.skipTest("needs root")
        self.gateway.app("plain", self.plain.directory, user="daemon")
        found = dict(line.split(": ", 1) for line in self.differences())
        self.assertEqual(found["user"], f"the process has {harness.apps.pwd.getpwnam(harness.apps.user()).pw_uid}, a one-off gets 1")

    def test_a_program_reads_json(self):
        self.set_env(self.before + "NEW=other-value\n")
        said = json.loads(self.parity("plain", "web", "--json", status=1))
        self.assertEqual(said["app"], "plain")
        self.assertEqual([(found["pid"], found["record"], found["differences"]) for found in said["processes"]],
                         [(self.web.pid, "trusted", [{"what": "variable NEW", "text": "only a one-off gets it"}])])

    def test_a_process_that_nobody_recorded_cannot_be_told_for_sure(self):
        result = self.gateway.oneoff("parity", "plain", "worker")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("no running process worker", result.stderr)
        # The test's own: another user, another directory, another environment.
        said = self.parity("plain", str(os.getpid()), status=1)
        self.assertIn("by /proc", said)
        self.assertIn("directory: the process has ", said)

    def test_a_record_of_the_apps_user_is_self_declared(self):
        if not harness.ROOT:
            self.skipTest("needs root")
        self.web.kill()
        self.web.wait()
        user = harness.apps.pwd.getpwnam(harness.apps.user())
        process = subprocess.Popen([harness.ONEOFF, "--root", self.gateway.root, "exec", "--app", "plain", "web"],
                                   stdin=subprocess.DEVNULL, cwd="/", env={"PATH": os.environ["PATH"]},
                                   user=user.pw_uid, group=user.pw_gid, extra_groups=os.getgrouplist(user.pw_name, user.pw_gid))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        wait_until(lambda: processes.name(process.pid) == "sleep", "the process to begin")
        said = self.gateway.oneoff("parity", "plain").stdout
        self.assertIn(f"web (pid {process.pid}, self-declared): ", said)


if __name__ == "__main__":
    harness.main()
