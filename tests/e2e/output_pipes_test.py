"""A command's output goes through pipes of 256 KiB, where the kernel gives them: a download wakes fewer processes."""

import pathlib
import unittest

import harness

SIZE = 256 * 1024
GET = "python3 -c 'import fcntl; print(*(fcntl.fcntl(fd, 1032) for fd in (1, 2)))'"  # F_GETPIPE_SZ
LARGEST = int(pathlib.Path("/proc/sys/fs/pipe-max-size").read_text())


class OutputPipes(harness.GatewayTest):
    @unittest.skipUnless(harness.ROOT and LARGEST >= SIZE, "this host gives smaller pipes")
    def test_they_are_large(self):
        self.assert_ran(self.ssh("plain", GET), f"{SIZE} {SIZE}\n")


if __name__ == "__main__":
    harness.main()
