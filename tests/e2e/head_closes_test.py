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
        # What it says then is lost on the way out of OpenSSH's client, under sshd as here.
        done = self.plain.directory / "releases/v2/tmp/done"
        process = self.start_ssh("plain", f"sh -c 'yes; touch {done}; exit 3'")
        self.assertEqual(process.stdout.readline(), b"y\n")
        process.stdout.close()
        self.assertEqual((process.wait(5), done.exists()), (3, True))


if __name__ == "__main__":
    harness.main()
