"""An account whose own shell is nologin: a granted shell is a usable one, and explain says which and why."""

import os
import subprocess
import unittest

import harness

USER = "oneoff-test-nologin"


@unittest.skipUnless(os.getuid() == 0, "makes a user")
class Nologin(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        if subprocess.run(["id", USER], capture_output=True).returncode != 0:
            subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", "--home-dir", "/nonexistent", USER],
                           check=True)
        subprocess.run(["usermod", "--shell", "/usr/sbin/nologin", USER], check=True, capture_output=True)
        subprocess.run(["chown", "-hR", f"{USER}:", cls.plain.directory], check=True)
        cls.gateway.app("plain", cls.plain.directory)
        cls.gateway.app("named", cls.plain.directory, shell="/bin/dash")
        cls.gateway.app("wrong", cls.plain.directory, shell="/bin/no-such-shell")

    def test_a_granted_shell_is_usable(self):
        terminal = self.run_terminal("plain")
        terminal.expect(rb"as alice\r\n")
        terminal.send("echo shell: $SHELL $0\n")
        terminal.expect(rb"shell: /bin/bash \S*bash\r\n")
        terminal.send("exit 7\n")
        self.assertEqual(terminal.wait(), 7)

    def test_shell_is_set_in_every_run(self):
        self.assert_ran(self.ssh("plain", "printenv SHELL"), "/bin/bash\n")
        self.assert_ran(self.ssh("named", "printenv SHELL"), "/bin/dash\n")

    def test_explain_says_which_and_why(self):
        own = f"{USER}'s own, /usr/sbin/nologin, is no shell to work in"
        said = self.ssh("plain", "run:explain").stdout.decode()
        self.assertIn(f"shell:      /bin/bash ({own})\n", said)
        self.assertIn("runs:       /bin/bash -l\n", said)
        said = self.ssh("named", "run:explain").stdout.decode()
        file = self.gateway.root / "etc/apps/named.json"
        self.assertIn(f"shell:      /bin/dash (\"shell\" of {file}; {own})\n", said)

    def test_an_app_files_shell_that_is_not_there_is_told(self):
        self.assertRegex(self.ssh("wrong", "run:explain").stdout.decode(),
                         r"shell: +/bin/bash \(.*, and /bin/no-such-shell of \S+ cannot be executed\)\n")
        checked = self.gateway.oneoff("config", "check")
        self.assertIn("shell: '/bin/no-such-shell' cannot be executed", checked.stdout + checked.stderr)


class OwnShell(harness.GatewayTest):
    def test_an_account_with_a_shell_keeps_it(self):
        said = self.ssh("plain", "run:explain").stdout.decode()
        self.assertNotIn("shell:  ", said)
        self.assertIn("  SHELL                   base\n", said)


if __name__ == "__main__":
    harness.main()
