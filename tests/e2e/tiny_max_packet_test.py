"""A channel with a tiny maximum packet is refused, and the connection lives on; one of 0 ends it."""

import paramiko

import harness
import processes
import rawssh


class TinyMaxPacket(harness.GatewayTest):
    def test_it_is_refused(self):
        with rawssh.connect(self.client, "plain") as connection:
            for size in (*range(1, 12), 100, 1023):
                with self.subTest(size=size), self.assertRaises(paramiko.ChannelException):
                    connection.session(max_packet=size)
            channel = connection.session()
            connection.request(channel, "exec", "echo alive")
            connection.output(channel, b"alive\n")

    def test_one_of_0_ends_the_connection(self):
        with rawssh.connect(self.client, "plain") as connection:
            other = connection.session()
            connection.request(other, "exec", "sleep 300")
            connection.until(other, "success")
            with self.assertRaises(paramiko.SSHException):
                connection.session(max_packet=0)
            self.assertEqual(connection.goodbye(), "oneoff: a channel with a maximum packet of 0 bytes")
        self.assertIn("ended: a channel with a maximum packet of 0 bytes", self.gateway.stderr())
        harness.wait_until(lambda: not self.commands(), "the connection's other command to be gone")

    def test_a_small_one_works(self):
        with rawssh.connect(self.client, "plain") as connection:
            channel = connection.session(window=3000, max_packet=1024)
            connection.request(channel, "exec", "head -c 100000 /dev/zero")
            read = 0
            while data := channel.recv(4096):
                read += len(data)
            self.assertEqual(read, 100000)

    def test_no_process_spins(self):
        for pid in self.gateway.processes():
            self.assertLess(processes.memory_kib(pid), 400 * 1024 if harness.SANITIZED else 30 * 1024)


if __name__ == "__main__":
    harness.main()
