"""What lies under an app's root is hostile to root: nothing is followed, waited for or swallowed whole."""

import os
import time
import unittest

import harness
import processes


class HostileFiles(harness.GatewayTest):
    SECRET = "TOP_SECRET=root-only-value\n"

    @classmethod
    def prepare(cls):
        cls.secret = cls.directory / "root-only"
        cls.secret.write_text(cls.SECRET)
        cls.secret.chmod(0o600)
        cls.hostile("linked", lambda env: env.symlink_to(cls.secret))
        cls.hostile("fifo", os.mkfifo)
        cls.hostile("huge", lambda env: (env.touch(), os.truncate(env, 10 << 30)))
        cls.hostile("device", lambda env: env.symlink_to("/dev/zero"))
        cls.hostile("magic", lambda env: env.symlink_to("/proc/self/fd/0"))
        cls.hostile("folder", lambda env: env.mkdir())
        junk = harness.apps.Plain(cls.directory / "apps/junk", "junk")
        junk.write("releases/v2/Procfile", bytes(range(256)) * 200)
        junk.own()
        cls.gateway.app("junk", junk.directory)

    @classmethod
    def hostile(cls, name, make):
        root = cls.directory / "apps" / name
        app = harness.apps.Plain(root, name)
        env = root / "shared/.env"
        env.unlink()
        make(env)
        app.own()
        cls.gateway.app(name, root)

    def refused(self, app):
        start = time.monotonic()
        result = self.ssh(app, "env")
        self.assertIn(result.status, (69, 78))
        self.assertEqual(result.stdout, b"")
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]*shared/\.env[^\n]*\n\Z")
        self.assertLess(time.monotonic() - start, 5)
        self.assertNotIn("root-only-value", result.stderr + self.gateway.stderr())

    @unittest.skipUnless(harness.ROOT, "as one uid there is no file that the app may not read")
    def test_a_link_to_a_file_that_only_root_reads(self):
        self.refused("linked")

    def test_a_fifo(self):
        self.refused("fifo")

    def test_ten_gigabytes(self):
        self.refused("huge")
        for pid in self.gateway.processes():
            self.assertLess(processes.memory_kib(pid), 400 * 1024 if harness.SANITIZED else 40 * 1024)

    def test_a_device(self):
        self.refused("device")

    def test_a_magic_link(self):
        self.refused("magic")

    def test_a_folder(self):
        self.refused("folder")

    def test_a_procfile_of_binary_junk(self):
        self.assert_ran(self.ssh("junk", "echo fine"), "fine\n")
        result = self.ssh("junk", "no-such-name")
        self.assertEqual((result.status, result.stdout), (127, b""))
        self.assertTrue(result.stderr.isprintable() or result.stderr.rstrip("\n").isprintable())


if __name__ == "__main__":
    harness.main()
