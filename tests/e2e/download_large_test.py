"""A large download arrives whole, to a quick reader and to a slow one."""

import hashlib
import time

import harness
import processes

SIZE = (30 if harness.SANITIZED else 300) << 20
MOST_MEMORY = 20 * 1024  # KiB
WRITER = f"python3 -c 'import os; [os.write(1, bytes([i % 251]) * 65536) for i in range({SIZE >> 16})]'"


def expected():
    digest = hashlib.sha256()
    for number in range(SIZE >> 16):
        digest.update(bytes([number % 251]) * 65536)
    return digest.hexdigest()


class DownloadLarge(harness.GatewayTest):
    def download(self, pause):
        process = self.start_ssh("plain", WRITER)
        digest, count, most = hashlib.sha256(), 0, 0
        while data := process.stdout.read(1 << 18):
            digest.update(data)
            count += len(data)
            if pause and count % (1 << 23) < len(data):
                time.sleep(pause)  # the slowness under test
                command = set(self.commands())
                most = max([most, *(processes.memory_kib(pid) for pid in self.gateway.processes()
                                    if pid not in command)])
        self.assertEqual((process.wait(20), count, digest.hexdigest()), (0, SIZE, expected()))
        return most

    def test_a_quick_reader_gets_all(self):
        self.download(pause=0)

    def test_a_slow_reader_gets_all_and_costs_no_memory(self):
        most = self.download(pause=0.05)
        if not harness.SANITIZED:
            self.assertLess(most, MOST_MEMORY)


if __name__ == "__main__":
    harness.main()
