"""`oneoff doctor` finds what keeps an app's commands from running, says what to do, and shows no value."""

import json
import socket
import unittest

import local

SECRET = "s3cr3t-of-the-doctor"


class Doctor(local.LocalTest):
    def setUp(self):
        super().setUp()
        self.write("shop/Procfile", "web: sleep 100\n")
        self.server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.server.close)
        self.database(self.server.getsockname()[1])

    def database(self, port):
        self.write("shop/.env", f"DATABASE_URL=postgres://u:{SECRET}@127.0.0.1:{port}/shop\n")

    def examine(self, status):
        result = self.oneoff("doctor", "--json", cwd="shop")
        self.assertEqual((result.returncode, result.stderr), (status, ""), result.stdout)
        self.assertNotIn(SECRET, result.stdout)
        return json.loads(result.stdout)

    def bad(self):
        return [(finding["about"], finding["says"], finding["cure"]) for finding in self.examine(1)
                if finding["state"] == "bad"]

    def test_all_is_well(self):
        findings = self.examine(0)
        self.assertEqual([finding for finding in findings if finding["state"] == "bad"], [])
        said = {(finding["about"], finding["says"]) for finding in findings if finding["state"] == "good"}
        self.assertIn(("database", "DATABASE_URL: PostgreSQL is there"), said)
        self.assertIn("release", {about for about, _ in said})
        for finding in findings:
            self.assertEqual("cure" in finding, finding["state"] != "good", finding)

    def test_a_database_that_is_down(self):
        self.server.close()
        self.assertEqual(self.bad(), [("database", "DATABASE_URL: PostgreSQL is not reached: Connection refused",
                                       "start it, or correct DATABASE_URL (.env:1)")])

    def test_a_config_that_is_broken(self):
        self.write("shop/.env", f"A=1\nTOKEN=$({SECRET})\n")
        self.assertEqual(self.bad(), [
            ("config", "shop: .env:2: TOKEN: a command substitution: dotenv would run it, oneoff does not "
             f'(read as dotenv: no framework is recognised; "dialect" in {self.directory}/shop/oneoff.json may say another)',
             "correct it there; each source is explained in release/FORMAT.md")])

    def test_an_interpreter_that_is_missing(self):
        self.write("shop/composer.json", "{}")
        self.write("shop/vendor/autoload.php", "<?php\n")
        self.write("shop/vendor/bin/tool", "#!/bin/sh\n", 0o755)
        self.write("shop/.env", "PATH=/nonexistent\n")
        said = self.bad()
        self.assertEqual([about for about, _, _ in said], ["composer"])
        self.assertRegex(said[0][1], r"\Athere is no program php that user \S+ can run\Z")
        self.assertIn('name its folder in "path" of', said[0][2])

    def test_an_app_that_there_is_not(self):
        result = self.oneoff("doctor", "nosuch")
        self.assertEqual(result.returncode, 1)
        self.assertIn("nosuch: no such app in", result.stdout)

    def test_for_people_it_is_a_line_a_finding(self):
        self.server.close()
        result = self.oneoff("doctor", cwd="shop")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"(?m)^good shop: user +\S+ \(uid \d+\)$")
        self.assertRegex(result.stdout, r"(?m)^bad +shop: database +DATABASE_URL: PostgreSQL is not reached: Connection refused\n"
                                        r" +to do: start it, or correct DATABASE_URL \(\.env:1\)$")


if __name__ == "__main__":
    unittest.main()
