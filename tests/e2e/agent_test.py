"""An agent that holds many keys gets its person in: only signatures that fail are tries."""

import os
import subprocess

import harness

KEYS = 20


class Agent(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.socket = cls.directory / "agent"
        cls.agent = subprocess.Popen(["ssh-agent", "-D", "-a", cls.socket], stdout=subprocess.DEVNULL)
        cls.addClassCleanup(cls.agent.wait)
        cls.addClassCleanup(cls.agent.kill)
        harness.wait_until(cls.socket.exists, "the agent's socket")
        for number in range(KEYS - 1):
            cls.make_key(f"strange{number}")
            cls.add_key(f"strange{number}")
        cls.add_key("alice")  # the last

    @classmethod
    def add_key(cls, name):
        subprocess.run(["ssh-add", "-q", cls.directory / "keys" / name], check=True, capture_output=True,
                       env={**os.environ, "SSH_AUTH_SOCK": str(cls.socket)})

    def test_the_twentieth_key_of_an_agent_is_asked_about_too(self):
        options = ("-o", f"IdentityAgent={self.socket}", "-o", "IdentitiesOnly=no", "-o", "IdentityFile=none")
        argv = [word for word in self.client.argv("plain", "echo in", options=options)]
        where = argv.index("-i")
        del argv[where:where + 2]  # but what the agent has
        result = subprocess.run(argv, env=self.client.environment(), capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"in\n", b""))
        self.assertEqual(self.gateway.audit("authentication.failed"), [])


if __name__ == "__main__":
    harness.main()
