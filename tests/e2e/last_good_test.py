"""A mistake in a file of etc/ concerns what the file is about; a gateway that starts over it starts, and says so."""

import os
import re
import shutil
import socket
import subprocess
import unittest

import gateway
import harness

ALL = {"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}]}
BOTH = "oneoff: people/bob.pub is not in force as it stands: a line of it has an error; tell the gateway's administrator\n"


class LastGood(harness.GatewayTest):
    settings = {"listen": ["127.0.0.1:0"]}

    def setUp(self):
        self.gateway.settings(**self.settings)
        self.gateway.policy(ALL)
        for name in (self.gateway.root / "etc/people").glob("*.pub"):
            if name.stem not in self.people:
                name.unlink()
        for person in self.people:
            self.gateway.person(person, (self.directory / f"keys/{person}.pub").read_text())
        self.gateway.app("plain", self.plain.directory)
        (self.gateway.root / "etc/apps/other.json").unlink(missing_ok=True)
        if not self.gateway.running:
            self.start_gateway()
        self.said = len(self.gateway.stderr())
        self.assertEqual(self.gateway.oneoff("config", "reload").returncode, 0)

    def tearDown(self):
        self.setUp()

    def restart(self):
        self.said = len(self.gateway.stderr())
        self.gateway.stop()
        type(self).start_gateway()

    def reload_fails(self):
        done = self.gateway.oneoff("config", "reload")
        self.assertEqual((done.returncode, done.stdout), (78, ""), done.stderr)
        return done.stderr

    def check_fails(self):
        done = self.gateway.oneoff("config", "check")
        self.assertEqual(done.returncode, 78)
        self.assertIn("in force until they are corrected: the last good configuration", done.stderr)
        self.assertRegex(self.gateway.oneoff("doctor").stdout, "bad +configuration +has errors: in force until")
        return done.stderr

    def good(self):
        return os.readlink(self.gateway.root / "lib/configurations/good")

    def assert_works(self, person="alice", stderr=""):
        self.assert_ran(self.ssh("plain", "echo here", person=person), "here\n", stderr=stderr)

    def test_a_removed_person_whom_a_test_names_is_gone_and_all_others_work(self):
        self.gateway.policy({**ALL, "tests": [{"who": "bob", "app": "plain", "run": "true", "expect": "allow"}]})
        (self.gateway.root / "etc/people/bob.pub").unlink()
        for _ in range(2):
            self.assert_works()
            self.assertEqual(self.ssh("plain", "true", person="bob").status, 255)
            self.restart()
        self.assertIn("warning: unknown person 'bob'", self.gateway.stderr()[self.said:])
        self.assertIn("unknown person 'bob'", self.gateway.oneoff("config", "check").stderr)

    def test_a_typing_error_in_an_app_concerns_that_app_alone(self):
        self.gateway.app("other", self.plain.directory, env={"COLOUR": "green"})
        self.assert_ran(self.ssh("other", "sh -c 'echo $COLOUR'"), "green\n")
        self.gateway.write("apps/other.json", '{"rot": "/srv"}')
        carol = self.make_key("dora")
        self.gateway.person("dora", carol)  # what is in order takes effect
        note = "oneoff: apps/other.json is not in force as it stands: it has an error; tell the gateway's administrator\n"
        for _ in range(2):
            self.assertIn("apps/other.json:1:2: unknown key", self.reload_fails())
            self.assert_works()
            self.assert_works(person="dora")
            self.assert_ran(self.ssh("other", "sh -c 'echo $COLOUR'"), "green\n", stderr=note)
            self.restart()
        self.check_fails()
        self.assertIn("loaded in part", self.gateway.stderr()[self.said:])
        loaded = self.gateway.wait_for_audit("configuration.loaded")
        self.assertIn("apps/other.json:1:2: unknown key", loaded["problems"])
        self.assertEqual(loaded["digest"], self.good())

    def test_an_app_that_never_was_in_order_says_so(self):
        self.gateway.write("apps/other.json", "{")
        self.restart()
        self.assert_refused(self.ssh("other", "true"), 78,
                            "oneoff: apps/other.json is not in force as it stands: it has an error; tell the gateway's "
                            "administrator\noneoff: other: its app file has errors; the gateway's administrator sees them "
                            "with: oneoff config check\n")

    def test_a_bad_key_file_concerns_that_person_alone(self):
        bob = (self.directory / "keys/bob.pub").read_text()
        fresh = self.make_key("fresh")
        self.gateway.person("bob", bob + "form=\"127.0.0.1\" " + fresh + "ssh-ed25519 AAAA\n")
        for _ in range(2):
            self.reload_fails()
            self.assert_works()
            self.assert_works(person="bob", stderr=BOTH)
            self.assertEqual(self.ssh("plain", "true", person="fresh").status, 255)
            self.restart()
        self.check_fails()

    def test_a_key_that_its_bad_file_does_not_hold_any_more_counts_no_more(self):
        self.gateway.person("bob", "ssh-ed25519 AAAA\n")
        for _ in range(2):
            self.assertEqual(self.ssh("plain", "true", person="bob").status, 255)
            self.restart()
        self.assert_works()

    def test_one_key_at_two_people_lets_no_one_in_and_their_other_keys_do(self):
        shared, second = self.make_key("shared"), self.make_key("second")
        bob = (self.directory / "keys/bob.pub").read_text()
        self.gateway.person("bob", bob + shared)
        self.assertEqual(self.ssh("plain", "true", person="shared").status, 0)
        self.gateway.person("carol", (self.directory / "keys/carol.pub").read_text() + shared + second)
        for _ in range(2):
            self.assertIn("this key is bob's already", self.reload_fails())
            self.assertEqual(self.ssh("plain", "true", person="shared").status, 255)
            self.assert_works(person="bob", stderr=BOTH)
            self.assert_works(person="second", stderr=BOTH.replace("bob", "carol"))
            self.assert_works()
            self.restart()

    def test_a_restart_over_a_broken_policy_serves_by_the_last_good_one(self):
        good = self.good()
        self.gateway.write("policy.json", '{"rules": [{"name": "x", "hwo": ["*"]}]}')
        self.gateway.person("eve", self.make_key("eve"))
        for _ in range(2):
            self.assertIn("LAST GOOD", self.reload_fails())
            self.assert_works()
            self.assertEqual(self.ssh("plain", "true", person="eve").status, 255)  # an addition
            self.restart()
        self.check_fails()
        self.assertIn("the configuration was not loaded", self.gateway.stderr()[self.said:])
        self.assertEqual(self.gateway.wait_for_audit("configuration.refused")["digest"], good)
        self.assertEqual(self.gateway.wait_for_audit("configuration.loaded")["digest"], good)
        self.assertEqual(self.gateway.audit("run.started")[-1]["configuration"], good)
        denied = self.ssh("oneoff", "nonsense")
        self.assertIn("oneoff: the newest configuration has errors, and the last good one is in force\n", denied.stderr)

    def test_what_is_missing_takes_nothing_away(self):
        good = self.good()
        aside = self.directory / "aside"
        for name in ("policy.json", "people", "apps", "gateway.json"):
            path = self.gateway.root / "etc" / name
            with self.subTest(name):
                path.rename(aside)
                for _ in range(2):
                    self.assertIn(f"{path}: is missing, and the last good configuration has it", self.reload_fails())
                    self.assertEqual(self.ssh("plain", "echo here").stdout, b"here\n")
                    self.restart()
                self.check_fails()
                self.assertEqual(self.good(), good)
                aside.rename(path)
                harness.wait_until(lambda: self.gateway.oneoff("config", "reload").returncode == 0, "all to be well")

    def test_a_tool_that_removes_a_file_and_writes_a_broken_one(self):
        good = self.good()
        policy = self.gateway.root / "etc/policy.json"
        policy.unlink()
        self.reload_fails()
        policy.write_text('{"rules": [,]}')
        for _ in range(2):
            self.reload_fails()
            self.assert_works()
            self.restart()
        self.assertEqual(self.good(), good)

    def test_a_link_in_place_of_a_file_is_read_at_once(self):
        policy = self.gateway.root / "etc/policy.json"
        other = self.directory / "elsewhere.json"
        other.write_text('{"rules": []}')
        policy.unlink()
        policy.symlink_to(other)
        harness.wait_until(lambda: self.ssh("plain", "true").status == 77, "the linked policy to be in force")

    @unittest.skipUnless(harness.ROOT, "only root may look")
    def test_the_doctor_says_that_there_is_no_good_one_to_fall_back_on(self):
        kept = self.gateway.root / "lib/configurations"
        good, key = self.good(), (kept / "key").read_text()

        def says(pattern):
            self.assertRegex(self.gateway.oneoff("doctor").stdout,
                             "bad +configuration +there is no last good one to fall back on: .*" + pattern)

        kept.chmod(0o755)
        says("mode 0700")
        kept.chmod(0o700)
        (kept / "good").unlink()
        says("good: is missing")
        (kept / "good").symlink_to("0" * 64)
        says("No such file")
        (kept / "good").unlink()
        (kept / "good").symlink_to(good)
        (kept / "key").unlink()
        says("key: No such file")
        (kept / "key").write_text(key)
        (kept / "key").chmod(0o600)
        self.assertNotIn("fall back", self.gateway.oneoff("doctor").stdout)

    def test_it_tells_the_service_manager(self):
        good = self.good()
        self.gateway.write("policy.json", "{")
        self.gateway.stop()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(self.directory / "notify"))
            manager.settimeout(60)
            broker = subprocess.Popen([gateway.BUILD / "oneoff-broker", "--root", self.gateway.root, "--foreground"],
                                      stderr=subprocess.PIPE,
                                      env={**os.environ, "NOTIFY_SOCKET": str(self.directory / "notify")})
            said = [manager.recv(4096).decode()]
            while said[-1] != "READY=1":
                said.append(manager.recv(4096).decode())
            broker.terminate()
            errors = broker.communicate(timeout=60)[1].decode()
        (self.directory / "notify").unlink()
        self.assertIn(f"STATUS=The LAST GOOD configuration ({good[:12]}) is in force: the newest has errors; "
                      "see: oneoff config check", said)
        self.assertIn("policy.json:1:2", errors)

    def test_so_it_does_over_broken_settings(self):
        self.gateway.write("gateway.json", '{"listen": ["127.0.0.1:0"], "chanels": 1}')
        self.restart()
        self.assert_works()

    def test_what_takes_away_counts_out_of_a_refused_configuration_and_after_a_restart(self):
        bob, carol = ((self.directory / f"keys/{name}.pub").read_text() for name in ("bob", "carol"))
        self.gateway.write("gateway.json", "{")
        (self.gateway.root / "etc/people/bob.pub").unlink()
        self.gateway.person("carol", 'from="192.0.2.1" ' + carol)
        for _ in range(2):
            self.reload_fails()
            for person in ("bob", "carol"):
                self.assertEqual(self.ssh("plain", "true", person=person).status, 255, person)
            self.assert_works()
            self.restart()
        self.gateway.person("carol", carol)
        self.assert_works(person="carol")
        self.gateway.person("carol", 'expiry-time="20200101" ' + carol)
        self.assertEqual(self.ssh("plain", "true", person="carol").status, 255)

    def test_so_does_who_is_taken_out_of_a_group(self):
        policy = {"groups": {"ops": ["alice", "bob"]},
                  "rules": [{"name": "ops", "who": ["group:ops"], "apps": ["*"], "run": ["..."]}]}
        self.gateway.policy(policy)
        self.assert_works(person="bob")
        self.gateway.policy({**policy, "groups": {"ops": ["alice", "carol"]}, "chanels": 1})
        for _ in range(2):
            self.assert_works()
            for person in ("bob", "carol"):
                self.assertEqual(self.ssh("plain", "true", person=person).status, 77, person)
            self.restart()

    def test_each_is_kept_whole_and_keyed(self):
        self.gateway.app("plain", self.plain.directory, env={"SECRET": "hunter2"})
        self.assertEqual(self.gateway.oneoff("config", "reload").returncode, 0)
        folder = self.gateway.root / "lib/configurations"
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)
        kept = folder / self.good()
        for name in ("gateway.json", "policy.json", "people/alice.pub", "apps/plain.json"):
            self.assertEqual((kept / name).read_bytes(), (self.gateway.root / "etc" / name).read_bytes(), name)
        self.assert_works()
        self.assertEqual(self.gateway.audit("run.started")[-1]["configuration"], self.good())
        before = self.good()
        self.gateway.app("plain", self.plain.directory)
        self.gateway.oneoff("config", "reload")
        self.assertNotEqual(self.good(), before)
        self.gateway.app("plain", self.plain.directory, env={"SECRET": "hunter2"})
        self.gateway.oneoff("config", "reload")
        self.assertEqual(self.good(), before)  # the same files, the same digest

    def test_the_record_tells_the_rule_as_it_read_then(self):
        self.gateway.policy('{"rules": [\n  {"name": "was so", "who": ["*"], // all\n   "apps": ["*"], "run": ["echo }"]}]}')
        self.gateway.app("plain", self.plain.directory, env={"SECRET": "hunter2"})
        self.assertEqual(self.ssh("plain", "'echo' '}'").status, 0)
        run = self.gateway.audit("run.started")[-1]
        self.gateway.policy(ALL)
        shown = self.gateway.oneoff("audit", "show", "--run", run["run"])
        self.assertIn(f"\nthe rule \"was so\" as it read then (policy.json:2, configuration {run['configuration'][:12]}):\n"
                      '  {"name": "was so", "who": ["*"], // all\n     "apps": ["*"], "run": ["echo }"]}\n', shown.stdout)
        self.assertIn('the app "plain" as it read then', shown.stdout)
        self.assertIn('"SECRET": "..."', shown.stdout)
        self.assertNotIn("hunter2", shown.stdout + shown.stderr)

    def test_a_kept_file_that_is_not_as_it_was_is_not_believed(self):
        kept = self.gateway.root / "lib/configurations" / self.good()
        (kept / "policy.json").write_text('{"rules": []}')
        self.gateway.write("policy.json", "{")
        self.gateway.stop()
        done = subprocess.run([gateway.ONEOFF, "serve", "--root", self.gateway.root], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 78, done.stderr)
        shutil.rmtree(kept)

    def test_a_first_start_fails_with_all_errors_at_once(self):
        self.gateway.stop()
        shutil.rmtree(self.gateway.root / "lib/configurations")
        self.gateway.write("policy.json", '{"rulse": []}')
        self.gateway.write("apps/other.json", "{")
        done = subprocess.run([gateway.ONEOFF, "serve", "--root", self.gateway.root], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, re.compile("apps/other.json:1:2.*policy.json:1:2", re.DOTALL))


if __name__ == "__main__":
    harness.main()
