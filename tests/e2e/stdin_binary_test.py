"""The client's stdin reaches the command byte for byte, and its end is the command's end of file."""

import hashlib
import os

import harness


class StdinBinary(harness.GatewayTest):
    def test_every_byte_value_passes_both_ways(self):
        data = bytes(range(256)) * 300
        self.assert_ran(self.ssh("plain", "cat", stdin=data), data)

    def test_random_megabytes_arrive_whole(self):
        data = os.urandom(8 << 20)
        result = self.ssh("plain", "sha256sum", stdin=data)
        self.assert_ran(result, hashlib.sha256(data).hexdigest() + "  -\n")

    def test_no_input_is_an_end_of_file_at_once(self):
        self.assert_ran(self.ssh("plain", "wc -c"), "0\n")
        self.assert_ran(self.ssh("plain", "wc -c", options=("-n",)), "0\n")

    def test_the_command_speaks_after_the_end_of_its_input(self):
        result = self.ssh("plain", "sh -c 'cat >/dev/null; echo after; echo the end >&2'", stdin=b"x" * 100000)
        self.assert_ran(result, "after\n", stderr="the end\n")

    def test_input_that_nobody_reads_does_not_matter(self):
        self.assert_ran(self.ssh("plain", "true", stdin=b"x" * 3_000_000), "")

    def test_an_open_stdin_does_not_keep_an_ended_command(self):
        process = self.start_ssh("plain", "echo done")
        self.assertEqual(process.stdout.read(), b"done\n")
        self.assertEqual(process.wait(20), 0)


if __name__ == "__main__":
    harness.main()
