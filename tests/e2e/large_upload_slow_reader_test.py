"""A large upload to a slow reader arrives whole, and the gateway's memory stays small."""

import hashlib
import os
import threading

import harness
import processes

MEGABYTE = 1 << 20
SIZE = (40 if harness.SANITIZED else 500) * MEGABYTE
MOST_MEMORY = 20 * 1024  # KiB, of each of the gateway's processes

# Reads nothing for a second, then in pieces with a pause between them; says how much and what it was.
READER = '''
import hashlib, os, time
digest, count = hashlib.sha256(), 0
time.sleep(1)
while True:
    data = os.read(0, 65536)
    if not data: break
    digest.update(data)
    count += len(data)
    if count % (1 << 24) < len(data): time.sleep(0.03)
print(count, digest.hexdigest())
'''


class LargeUpload(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v2/bin/slow-reader", "#!/usr/bin/python3" + READER, 0o755)
        cls.plain.own()

    def test_all_of_it_arrives_and_memory_stays_bounded(self):
        block = os.urandom(MEGABYTE)
        process = self.start_ssh("plain", "bin/slow-reader")
        digest, most = hashlib.sha256(), 0

        def feed():
            for _ in range(SIZE // MEGABYTE):
                process.stdin.write(block)
                digest.update(block)
            process.stdin.close()

        feeder = threading.Thread(target=feed)
        feeder.start()
        self.gateway.wait_for_audit("run.started")
        reader = self.commands()
        while feeder.is_alive():
            feeder.join(0.1)
            most = max([most, *(processes.memory_kib(pid) for pid in self.gateway.processes() if pid not in reader)])
        said = process.stdout.read()
        self.assertEqual(process.wait(60), 0)
        self.assertEqual(said.decode(), f"{SIZE} {digest.hexdigest()}\n")
        if not harness.SANITIZED:
            self.assertLess(most, MOST_MEMORY)


if __name__ == "__main__":
    harness.main()
