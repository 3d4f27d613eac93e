"""What a one-off makes can be read by those who read what web makes: its umask, and the host's limit of open files."""

import resource
import subprocess

import harness


class Umask(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v2/bin/web", "#!/bin/sh\nexec sleep 600\n", 0o755)
        cls.plain.own()
        cls.gateway.app("named", cls.plain.directory, umask="0077", limits={"open_files": 512})

    def test_without_a_word_others_can_read(self):
        self.assert_ran(self.ssh("plain", "sh -c umask"), "0022\n")

    def test_the_app_file_counts(self):
        self.assert_ran(self.ssh("named", "sh -c umask"), "0077\n")

    def test_a_web_process_that_runs_says_it(self):
        web = subprocess.Popen([harness.ONEOFF, "--root", self.gateway.root, "exec", "--app", "plain", "web"],
                               stdin=subprocess.DEVNULL, umask=0o007, env={"PATH": "/usr/bin:/bin"})
        self.addCleanup(lambda: (web.kill(), web.wait()))
        harness.wait_until(lambda: self.gateway.oneoff("parity", "plain", "web").returncode != 2, "web to be known")
        said = self.ssh("plain", "run:explain true").stdout.decode()
        self.assertRegex(said, rf"(?m)^limits:.*umask 0007 \(as web \(pid {web.pid}\) has it\)$")
        self.assert_ran(self.ssh("plain", "sh -c umask"), "0007\n")
        self.assertNotIn("umask", self.gateway.oneoff("parity", "plain", "web").stdout)

    def test_the_hard_limit_of_open_files_is_the_hosts(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self.assert_ran(self.ssh("plain", "sh -c 'ulimit -Sn; ulimit -Hn'"), f"{min(4096, hard)}\n{hard}\n")
        self.assert_ran(self.ssh("named", "sh -c 'ulimit -Sn; ulimit -Hn'"), "512\n512\n")


if __name__ == "__main__":
    harness.main()
