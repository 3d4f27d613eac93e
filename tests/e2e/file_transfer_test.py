"""sftp and the scp that uses it are told the way; what is only a command, as rsync's other end, is one."""

import os
import subprocess

import paramiko

import harness
from clients.conformance import body

WAY = "oneoff: no sftp here: use `ssh plain@HOST cat log/f > f` and `ssh plain@HOST dd of=tmp/f < f`\n"


class FileTransfer(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.file = cls.directory / "file"
        cls.file.write_bytes(body(7, 300_000))
        cls.received = cls.plain.directory / "releases/v2/tmp/received"

    def run_with(self, program, *arguments, **run):
        return subprocess.run([program, *arguments], env=self.client.environment(), capture_output=True, text=True,
                              timeout=60, **run)

    def options(self):
        return ["-F", str(self.client.config), "-i", str(self.client.key("alice"))]

    def test_sftp_says_the_way(self):
        result = self.run_with("sftp", *self.options(), "plain@gateway", input="ls\n")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(WAY, result.stderr)

    def test_scp_says_the_way(self):
        result = self.run_with("scp", *self.options(), str(self.file), "plain@gateway:tmp/received")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(WAY, result.stderr)
        self.assertFalse(self.received.exists())

    def test_a_terminal_shows_it_and_ends(self):
        terminal = self.run_terminal("plain", "sftp", options=("-s",))
        terminal.expect(WAY.strip().encode())
        self.assertEqual(terminal.wait(), 64)

    def test_a_library_shows_the_way_as_its_own_error(self):
        transport = paramiko.Transport(("127.0.0.1", self.client.port))
        self.addCleanup(transport.close)
        transport.connect(username="plain",
                          pkey=paramiko.Ed25519Key.from_private_key_file(str(self.client.key("alice"))))
        sftp = paramiko.SFTPClient.from_transport(transport)
        for ask in (lambda: sftp.put(str(self.file), "tmp/received"), lambda: sftp.get("tmp/received", "/dev/null"),
                    lambda: sftp.listdir(".")):
            with self.assertRaises(OSError) as error:
                ask()
            self.assertIn(WAY.strip(), str(error.exception))
        self.assertFalse(self.received.exists())

    def test_the_way_works(self):
        result = self.ssh("plain", "dd of=tmp/received", stdin=self.file.read_bytes())
        self.assertEqual((result.status, result.stdout), (0, b""))
        self.assertEqual(self.received.read_bytes(), self.file.read_bytes())
        self.assertEqual(self.ssh("plain", "cat tmp/received").stdout, self.file.read_bytes())

    def test_the_old_scp_is_a_command_like_any_other(self):
        result = self.run_with("scp", "-O", *self.options(), str(self.file), "plain@gateway:tmp/received")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.received.read_bytes(), self.file.read_bytes())
        record = self.gateway.wait_for_audit("run.started", command="scp -t tmp/received")
        self.assertEqual(record["person"], "alice")

    def test_rsync_is_too(self):
        shell = f"ssh -F {self.client.config} -i {self.client.key('bob')}"  # who may run all, and has no shell
        result = self.run_with("rsync", "-e", shell, str(self.file), "plain@gateway:tmp/received")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(self.received.read_bytes(), self.file.read_bytes())
        back = self.directory / "back"
        result = self.run_with("rsync", "-e", shell, "plain@gateway:tmp/received", str(back))
        self.assertEqual((result.returncode, back.read_bytes()), (0, self.file.read_bytes()))

    def test_where_the_policy_does_not_allow_it_neither_passes(self):
        shell = f"ssh -F {self.client.config} -i {self.client.key('carol')}"
        result = self.run_with("rsync", "-e", shell, str(self.file), "plain@gateway:tmp/received")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("oneoff: ", result.stderr)
        self.gateway.wait_for_audit("run.denied", person="carol")

    def tearDown(self):
        if self.received.exists():
            os.unlink(self.received)


if __name__ == "__main__":
    harness.main()
