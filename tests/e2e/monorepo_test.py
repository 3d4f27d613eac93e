"""An app in a folder of its release: its commands start there, and the release stays what is locked and named."""

import os
import subprocess

import harness


class Monorepo(harness.GatewayTest):
    app = {"folder": "backend"}

    @classmethod
    def prepare(cls):
        for release in ("v1", "v2"):
            cls.plain.write(f"releases/{release}/backend/.env", f"WHERE=backend of {release}\n")
            cls.plain.write(f"releases/{release}/backend/package.json", "{}")
        cls.plain.write("releases/v2/Gemfile", "")
        cls.plain.write("releases/v2/backend/Procfile", "hello: printenv WHERE\n")
        os.symlink("/etc", cls.plain.directory / "releases/v2/away")
        cls.plain.own()
        for name, folder in (("missing", "frontend"), ("away", "away")):
            cls.gateway.app(name, cls.plain.directory, folder=folder)
        cls.top = cls.plain.directory.resolve() / "releases"

    def test_commands_start_in_it_and_read_its_files(self):
        self.assert_ran(self.ssh("plain", "pwd"), f"{self.top}/v2/backend\n")
        self.assert_ran(self.ssh("plain", "hello"), "backend of v2\n")
        self.assert_ran(self.ssh("plain+v1", "printenv WHERE"), "backend of v1\n")

    def test_the_languages_are_the_folders(self):
        said = self.ssh("plain", "run:explain console").stdout.decode()
        self.assertIn("Node, by package.json", said)
        self.assertNotIn("bundler", said)

    def test_the_release_is_what_is_locked(self):
        process = self.start_ssh("plain", "sh -c 'echo up; sleep 300'")
        self.assertEqual(process.stdout.readline(), b"up\n")
        for name, status in (("v2", 1), ("v1", 0)):
            locked = subprocess.run(["flock", "-n", "-x", self.top / name, "true"], check=False)
            self.assertEqual(locked.returncode, status, name)

    def test_a_folder_that_is_none_of_the_releases_is_refused(self):
        for app, why in (("missing", "No such file or directory"), ("away", "it is no folder of the release")):
            result = self.ssh(app, "pwd")
            self.assertEqual((result.status, result.stdout), (69, b""))
            self.assertIn(why, result.stderr)


if __name__ == "__main__":
    harness.main()
