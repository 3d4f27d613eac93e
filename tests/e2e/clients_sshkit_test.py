"""SSHKit, as Debian packages it: what Capistrano's tasks do, also after a pause in which it reads nothing."""

import pathlib
import subprocess

import harness
import rawssh
from waiting import wait_until

PROGRAM = pathlib.Path(__file__).resolve().parent / "clients/sshkit.rb"


class ClientsSshKit(harness.GatewayTest):
    settings = {"keepalive": "100ms", "lost_after": "500ms"}

    @classmethod
    def prepare(cls):
        cls.gateway.person("dora", cls.make_key("dora", "rsa", "-b", "3072", "-m", "PEM"))
        cls.gateway.policy({"rules": [{"name": "deploys", "who": ["dora", "bob"], "apps": ["plain"], "run": ["..."]}]})

    def test_its_commands_and_a_pause_between_two(self):
        process = subprocess.Popen(
            ["/usr/bin/ruby", PROGRAM, str(self.client.port), "plain", self.client.key("dora"),
             self.directory / f"known_hosts-{self.client.port}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.client.environment())
        self.addCleanup(self._end, process)
        said = [process.stdout.readline() for _ in range(4)]
        self.assertEqual(said[:2], ["capture hello\n", "test true false\n"], said)
        self.assertRegex(said[2], r"\Afailed .*exit status: 3.*because")
        self.assertEqual(said[3], "idle\n")
        # As long as it takes to end another client, that is as silent, but whose command runs.
        silent = rawssh.connect(self.client, "plain", person="bob", kind=rawssh.Silent)
        self.addCleanup(silent.close)
        channel = silent.session()  # held: Paramiko closes one that nothing refers to
        silent.request(channel, "exec", "sleep 300")
        wait_until(lambda: not silent.is_active(), "the silent client of a run to be ended")
        process.stdin.write("\n")
        process.stdin.flush()
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out, err), (0, "again hello\n", ""))


if __name__ == "__main__":
    harness.main()
