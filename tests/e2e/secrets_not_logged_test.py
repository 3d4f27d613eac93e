"""No value of the environment is in any message, log, audit record or run's file; in a recording only where the
command printed it."""

import os

import harness

PRINTED = ("stdout", "stderr", "ttyout")  # of a recording: what `env` said
SECRETS = ("s3cr3t-value", "from-the-client-secret", "typed-secret")


class SecretsNotLogged(harness.GatewayTest):
    def test_they_are_nowhere_below_the_root(self):
        self.assert_ran(self.ssh("plain", "sh -c 'echo $SECRET'"), "s3cr3t-value\n")
        self.ssh("plain", "env", options=("-o", "SendEnv=VERBOSE"), env={"VERBOSE": "from-the-client-secret"})
        self.ssh("plain", "run:explain", "env")
        self.assertIn(b"typed-secret", self.ssh("plain", "VERBOSE=typed-secret env").stdout)
        self.ssh("plain", "VERBOSE='typed-secret' env", person="carol")
        self.ssh("plain", "VERBOSE=typed-secret env | cat")
        self.ssh("plain", "run:explain VERBOSE=typed-secret env")
        self.ssh("plain", "no-such-program")
        self.run_terminal("plain", "env").wait()
        seen = self.gateway.stderr()
        for folder, _, files in os.walk(self.gateway.root):
            for path in (os.path.join(folder, name) for name in files if name.removesuffix(".gz") not in PRINTED):
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        seen += file.read().decode("utf-8", "replace")
        for secret in SECRETS:
            self.assertNotIn(secret, seen)

    def test_they_are_on_no_command_line(self):
        self.start_ssh("plain", "sleep 302")
        self.gateway.wait_for_audit("run.started", command="sleep 302")
        lines = " ".join(harness.processes.command_line(pid) for pid in harness.processes.pids())
        self.assertNotIn("s3cr3t-value", lines)


if __name__ == "__main__":
    harness.main()
