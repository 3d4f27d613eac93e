"""What a command has written to its terminal before it ends reaches the client, however little `linger` waits for."""

import os
import signal

import harness
from cast import Cast

ROUNDS = 10


class TerminalEnds(harness.GatewayTest):
    settings = {"linger": "0ms"}

    def test_the_last_words_come_though_the_supervisor_is_late(self):
        cast = Cast(self.gateway)
        fifo = self.directory / "fifo"
        os.mkfifo(fifo)
        fifo.chmod(0o666)
        for number in range(ROUNDS):
            with self.subTest(number=number):
                terminal = self.run_terminal("plain", f"sh -c 'echo up; read line < {fifo}; echo the end; exit 5'")
                terminal.expect(rb"up\r\n")
                supervisor = cast.supervisor(harness.wait_until(self.commands, "the command")[0])
                os.kill(supervisor, signal.SIGSTOP)
                try:
                    fifo.write_text("go\n")
                    harness.wait_until(lambda: not self.commands(), "the command to end")
                finally:
                    os.kill(supervisor, signal.SIGCONT)
                terminal.expect(rb"the end\r\n")
                self.assertEqual(terminal.wait(), 5)


if __name__ == "__main__":
    harness.main()
