"""The longest variable of a config reaches the command; a longer one is refused, by its name, before anything starts."""

import harness

MOST = 131071  # bytes of NAME=value that the kernel executes a command with (execve(2))
SECRET = "s3cr3t"


class LongestVariable(harness.GatewayTest):
    def config(self, size):
        """Writes LONGEST so that NAME=value has `size` bytes."""
        self.plain.write("shared/long.env", "LONGEST=" + (SECRET * MOST)[:size - len("LONGEST=")] + "\n")
        self.plain.own()
        self.gateway.app("plain", self.plain.directory, config=[{"file": "shared/long.env", "dialect": "dotenv"}])

    def test_the_longest_one_reaches_the_command(self):
        self.config(MOST)
        self.assert_ran(self.ssh("plain", "sh -c 'echo ${#LONGEST}'"), f"{MOST - len('LONGEST=')}\n")

    def test_a_longer_one_is_refused_by_its_name(self):
        self.config(MOST + 1)
        for command in ("true", "run:explain true"):
            with self.subTest(command=command):
                result = self.ssh("plain", command)
                self.assertIn("shared/long.env:1: LONGEST: NAME=value is longer than 131071 bytes", result.stderr)
                self.assertEqual(result.status, 78)
                self.assertNotIn(SECRET, result.stdout.decode() + result.stderr)
        self.assertNotIn(SECRET, self.gateway.stderr())


if __name__ == "__main__":
    harness.main()
