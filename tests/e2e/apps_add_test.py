"""`oneoff apps add` looks at a folder, says what it found and why, and writes the app's file once."""

import json
import os
import unittest

import apps
import local


class AppsAdd(local.LocalTest):
    def setUp(self):
        super().setUp()
        self.plain = apps.Plain(self.directory / "srv/plain", self.directory)
        self.user = [] if os.getuid() == 0 else ["--user", local.CALLER]

    def add(self, *words, status=0):
        result = self.oneoff("apps", "add", *words, *self.user)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        self.assertNotIn("s3cr3t-value", result.stdout + result.stderr)
        return result.stdout + result.stderr

    def described(self, name):
        return json.loads((self.root / f"etc/apps/{name}.json").read_text())

    def test_it_says_what_it_found_and_why(self):
        said = self.add(self.plain.directory)
        for line in (f"layout: releases: there is {self.plain.directory}/releases", "variables: shared/.env",
                     f"user: {apps.user()}: ", f"release: v2, in {self.plain.directory}/releases/v2",
                     "Procfile: web, worker, hello, shout"):
            self.assertIn(f"  {line}", said)
        self.assertEqual(self.described("plain")["root"], str(self.plain.directory))
        self.assertEqual(self.oneoff("config", "check").returncode, 0)

    def test_a_folder_within_means_the_app(self):
        self.add(self.plain.directory / "current", "--name", "store")
        self.assertEqual(self.described("store")["root"], str(self.plain.directory))

    def test_a_file_that_is_there_is_not_overwritten(self):
        file = self.write("installation/etc/apps/plain.json", "{}")
        self.assertIn("exists already and is not overwritten", self.add(self.plain.directory, status=64))
        self.assertEqual(file.read_text(), "{}")

    def test_a_dry_run_writes_nothing(self):
        self.assertIn('"root": ', self.add(self.plain.directory, "--dry-run"))
        self.assertEqual(list((self.root / "etc/apps").iterdir()), [])

    def test_what_is_no_folder_and_no_name_is_refused(self):
        self.assertIn("No such file", self.add(self.directory / "none", status=64))
        self.assertIn("an app's name is a small letter", self.add(self.plain.directory, "--name", "My App", status=64))

    def test_they_are_listed(self):
        self.add(self.plain.directory)
        self.assertRegex(self.oneoff("apps", "list").stdout, rf"^plain +{apps.user()} +v2 +{self.plain.directory}\n$")
        self.assertEqual(json.loads(self.oneoff("apps", "list", "--json").stdout)[0]["current"], "v2")


if __name__ == "__main__":
    unittest.main()
