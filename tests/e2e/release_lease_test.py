"""A run holds a lease on its release: a clean-up that asks with flock(1) leaves it alone, one that does not is told of."""

import shutil
import subprocess

import harness


def flock(release, *command):
    """As a clean-up does it: flock -n -x releases/ID COMMAND; its status."""
    return subprocess.run(["flock", "-n", "-x", release, *command], timeout=20, check=False).returncode


class ReleaseLease(harness.GatewayTest):
    def release(self, name):
        """A fresh release of that name."""
        self.plain.write(f"releases/{name}/REVISION", "5e6f7a8".ljust(40, "0") + "\n")
        self.plain.own()
        return self.plain.directory / "releases" / name

    def start(self, name):
        process = self.start_ssh(f"plain+{name}", "echo started; cat >/dev/null")
        self.assertEqual(process.stdout.readline(), b"started\n")
        return process

    def end(self, process):
        process.stdin.close()
        return process.wait(20), process.stderr.read().decode()

    def test_a_clean_up_that_asks_waits_for_nobody_and_removes_nothing(self):
        release = self.release("v21")
        process = self.start("v21")
        self.assertEqual(flock(release, "rm", "-rf", release), 1)
        self.assertTrue(release.is_dir())
        self.assertEqual(self.end(process), (0, ""))
        harness.wait_until(lambda: flock(release, "true") == 0, "the lease to be given back")
        self.assertEqual(flock(release, "rm", "-rf", release), 0)
        self.assertFalse(release.exists())
        self.assertFalse(self.gateway.wait_for_audit("run.ended", app="plain")["release_gone"])

    def test_two_runs_hold_it_together_and_another_release_is_free(self):
        release, other = self.release("v22"), self.release("v23")
        first, second = self.start("v22"), self.start("v22")
        self.assertEqual(flock(other, "true"), 0)
        self.end(first)
        self.assertEqual(flock(release, "true"), 1)
        self.end(second)
        harness.wait_until(lambda: flock(release, "true") == 0, "the lease to be given back")

    def test_what_a_command_leaves_behind_does_not_hold_it(self):
        release = self.release("v24")
        said = self.ssh("plain+v24", "ls -l /proc/self/fd").stdout.decode()
        self.assertNotIn(str(release), said)

    def test_nothing_starts_in_a_release_that_is_being_removed(self):
        release = self.release("v25")
        cleaner = subprocess.Popen(["flock", "-n", "-x", release, "sh", "-c", "echo locked; cat"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self._end, cleaner)
        self.assertEqual(cleaner.stdout.readline(), b"locked\n")
        self.assert_refused(self.ssh("plain+v25", "true"), 69,
                            "oneoff: plain+v25: the release is being removed: another process holds an exclusive lock on "
                            "its directory, as a clean-up does\n")

    def test_a_release_that_vanishes_is_told_of(self):
        release = self.release("v26")
        process = self.start("v26")
        shutil.rmtree(release)
        status, said = self.end(process)
        self.assertEqual(status, 0)
        self.assertRegex(said, r"\Aoneoff: plain\+v26 run \w{8}: its release was removed while it ran\n\Z")
        ended = self.gateway.wait_for_audit("run.ended", app="plain", release_gone=True)
        self.assertEqual(ended["status"], 0)
        harness.wait_until(lambda: "plain+v26 run" in self.gateway.stderr() and "was removed while it ran" in
                           self.gateway.stderr(), "a warning in the log")


if __name__ == "__main__":
    harness.main()
