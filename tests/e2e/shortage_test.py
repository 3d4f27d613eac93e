"""Out of descriptors or processes, the gateway waits and goes on: it says so once, and serves again when it can."""

import os
import subprocess

import harness
import processes
import stranger
from cast import Cast


class Shortage:
    @staticmethod
    def prlimit(pid, *words):
        """As the process's own user: another one, root too, may need a capability for it."""
        status = processes.read(pid, "status")
        user, group = (int(status.split(name)[1].split()[0]) for name in (b"Uid:", b"Gid:"))
        as_user = {"user": user, "group": group, "extra_groups": []} if os.getuid() == 0 else {}
        return subprocess.run(["prlimit", "--pid", str(pid), *words], **as_user,
                              check=True, capture_output=True, text=True).stdout.strip()

    def assert_survives(self, limit, least):
        gateway = Cast(self.gateway).gateway
        run = self.start_ssh("plain", "sh -c 'echo in; exec cat'")
        self.assertEqual(run.stdout.readline(), b"in\n")
        said = len(self.gateway.stderr())
        before = self.prlimit(gateway, f"--{limit}", "--noheadings", "--output", "SOFT")
        self.prlimit(gateway, f"--{limit}={least}:")
        try:
            connections = [stranger.connect(self.gateway.port) for _ in range(5)]
            harness.wait_until(lambda: "connections wait: " in self.gateway.stderr()[said:], "the gateway to say so")
            run.stdin.write(b"still here\n")
            run.stdin.flush()
            self.assertEqual(run.stdout.readline(), b"still here\n")
            for connection in connections:
                connection.close()
        finally:
            self.prlimit(gateway, f"--{limit}={before}:")
        harness.wait_until(lambda: self.ssh("plain", "true").status == 0, "to be served again")
        run.stdin.close()
        self.assertEqual(run.wait(20), 0)
        self.assertEqual(Cast(self.gateway).gateway, gateway)
        harness.wait_until(lambda: "connections are served again" in self.gateway.stderr()[said:], "the end of it")
        self.assertEqual(self.gateway.stderr()[said:].count("connections wait: "), 1)


class Descriptors(Shortage, harness.GatewayTest):
    def test_of_descriptors(self):
        gateway = Cast(self.gateway).gateway
        in_use = max(int(name) for name in os.listdir(f"/proc/{gateway}/fd"))
        self.assert_survives("nofile", in_use + 2)


class Processes(Shortage, harness.GatewayTest):
    def test_of_processes(self):
        self.assert_survives("nproc", 1)


if __name__ == "__main__":
    harness.main()
