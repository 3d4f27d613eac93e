"""A reader that has had enough ends the command: `ssh host yes | head -1` returns at once."""

import harness
from waiting import wait_until


class HeadCloses(harness.GatewayTest):
    def test_an_endless_writer_ends_when_its_reader_is_gone(self):
        process = self.start_ssh("plain", "yes")
        self.assertEqual(process.stdout.readline(), b"y\n")
        process.stdout.close()
        process.wait(5)
        wait_until(lambda: not self.commands(), "yes to end", 5)

    def test_the_rest_of_the_command_goes_on(self):
        process = self.start_ssh("plain", "sh -c 'yes; echo still here >&2; exit 3'")
        self.assertEqual(process.stdout.readline(), b"y\n")
        process.stdout.close()
        self.assertEqual((process.wait(5), process.stderr.read()), (3, b"still here\n"))


if __name__ == "__main__":
    harness.main()
