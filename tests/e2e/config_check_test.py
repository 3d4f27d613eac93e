"""oneoff config check reports every error of every file at once: place, line, caret, nearest known key."""

import harness


class ConfigCheck(harness.GatewayTest):
    def tearDown(self):
        self.gateway.settings()
        self.gateway.policy(harness.gateway.DEFAULT_POLICY)
        self.gateway.app("plain", self.plain.directory)

    def test_a_sound_configuration_is_zero(self):
        result = self.gateway.oneoff("config", "check")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_all_errors_of_all_files_are_told_at_once(self):
        self.gateway.write("gateway.json", '{\n  "lisen": ["127.0.0.1:0"],\n  "channels": "ten"\n}\n')
        self.gateway.write("policy.json", '{"rules": [],\n "rules": [], "exclusive": 1}\n')
        self.gateway.write("apps/plain.json", '{\n  "root": "relative",\n  "umask": "9"\n}\n')
        result = self.gateway.oneoff("config", "check")
        said = result.stdout + result.stderr
        self.assertEqual(result.returncode, 78, said)
        for place in ("gateway.json:2:3", "gateway.json:3:15", "policy.json:2:2", "apps/plain.json:2:11",
                      "apps/plain.json:3:12"):
            self.assertIn(place, said)
        self.assertIn('gateway.json:2:3: unknown key "lisen"; did you mean "listen"?\n'
                      '      "lisen": ["127.0.0.1:0"],\n      ^\n', said)

    def test_what_this_host_does_not_have_is_a_warning(self):
        self.gateway.settings(gateway_user="nosuchuser")
        self.gateway.app("plain", "/nonexistent/plain", user="nobodyhere")
        result = self.gateway.oneoff("config", "check")
        self.assertEqual(result.returncode, 0)
        self.assertIn("apps/plain.json: warning: user: this host has no account 'nobodyhere'\n", result.stderr)
        self.assertIn("apps/plain.json: warning: root: there is no '/nonexistent/plain'\n", result.stderr)
        if harness.ROOT:
            self.assertIn("gateway.json: warning: gateway_user: this host has no account 'nosuchuser', so the gateway "
                          "does not start\n", result.stderr)

    def test_a_folder_that_other_users_may_write_to_is_an_error(self):
        folder = self.gateway.root / "etc/people"
        folder.chmod(0o777)
        self.addCleanup(folder.chmod, 0o755)
        result = self.gateway.oneoff("config", "check")
        self.assertEqual(result.returncode, 78)
        self.assertIn(f"mode 0777 of {folder} lets other users replace what is in it: chmod go-w {folder}\n", result.stderr)

    def test_root_is_no_user_for_the_gateway(self):
        self.gateway.settings(gateway_user="root")
        result = self.gateway.oneoff("config", "check")
        self.assertEqual(result.returncode, 78)
        self.assertIn('"gateway_user" is root, as which nothing that reads from strangers runs; name a user that owns '
                      "nothing, such as oneoff-gateway\n", result.stderr)

    def test_without_an_installation_nothing_is_in_order(self):
        for words in (("config", "check"), ("policy", "check")):
            result = harness.gateway.subprocess.run([harness.ONEOFF, "--root", self.directory / "nowhere", *words],
                                                    capture_output=True, text=True)
            self.assertEqual((result.returncode, result.stdout), (78, ""))
            self.assertEqual(result.stderr, f"oneoff: there is no {self.directory}/nowhere/etc; an installation elsewhere is "
                                            "named before the subcommand: oneoff --root DIR ...\n")

    def test_doctor_sees_errors_too(self):
        self.assertRegex(self.gateway.oneoff("doctor").stdout, r"(?m)^good +configuration +without an error$")
        self.gateway.write("policy.json", '{"rulez": []}')
        result = self.gateway.oneoff("doctor")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"(?m)^bad +configuration +has errors: [^\n]+\n +to do: oneoff config check$")

    def test_what_this_version_does_not_act_on_is_refused(self):
        self.gateway.app("plain", self.plain.directory, limits={"memory": "2G"},
                         commands={"rake db:migrate": {"exclusive": "schema"}})
        self.gateway.policy({"rules": [{"name": "r", "who": ["alice"], "apps": ["*"], "run": ["x"],
                                        "reason": "required"}]})
        result = self.gateway.oneoff("config", "check")
        said = result.stdout + result.stderr
        self.assertEqual(result.returncode, 78, said)
        for key in ("memory", "exclusive", "reason"):
            self.assertRegex(said, rf"{key}[^\n]* not acted on by this version")

    def test_one_key_of_two_people_is_an_error_that_names_both(self):
        self.gateway.person("mallory", (self.directory / "keys/alice.pub").read_text())
        self.addCleanup((self.gateway.root / "etc/people/mallory.pub").unlink)
        result = self.gateway.oneoff("config", "check")
        self.assertEqual(result.returncode, 78)
        self.assertRegex(result.stdout + result.stderr, r"people/mallory\.pub:1(.|\n)*people/alice\.pub:1"
                                                        r"|people/alice\.pub:1(.|\n)*people/mallory\.pub:1")

    def test_a_policy_whose_own_tests_fail_is_refused(self):
        rule = {"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}
        self.gateway.policy({"rules": [rule], "tests": [{"who": "alice", "app": "plain", "run": "rake db:drop",
                                                         "expect": "deny"}]})
        result = self.gateway.oneoff("policy", "check")
        self.assertEqual(result.returncode, 78)
        self.assertRegex(result.stdout + result.stderr, r"policy\.json:\d+:\d+: .*rake db:drop")

    def test_a_pattern_that_grants_more_than_it_seems_to_is_a_warning(self):
        patterns = ("less log/*", "php artisan ...", "rails r*", "flock tmp/l ...", "tee var/**")
        self.gateway.policy({"rules": [{"name": "r", "who": ["carol"], "apps": ["plain"], "run": list(patterns)}]})
        result = self.gateway.oneoff("policy", "check")
        self.assertEqual(result.returncode, 0, result.stderr)
        for pattern in patterns:
            self.assertIn(f'"{pattern}" {"writes files" if pattern.startswith("tee") else "runs any code"}',
                          result.stdout + result.stderr)

    def test_a_variable_that_decides_which_code_runs_is_no_ones_to_send(self):
        self.gateway.policy({"rules": [{"name": "r", "who": ["carol"], "apps": ["plain"], "run": ["hello"],
                                        "accept_env": ["SYSTEM_WGETRC", "PYTEST_PLUGINS", "VERBOSE"]}]})
        result = self.gateway.oneoff("policy", "check")
        self.assertEqual(result.returncode, 78)
        for name, said in (("SYSTEM_WGETRC", True), ("PYTEST_PLUGINS", True), ("VERBOSE", False)):
            self.assertEqual(f"'{name}' is never taken from a client" in result.stdout + result.stderr, said)

    def test_serve_does_not_start_on_a_broken_configuration(self):
        fresh = harness.gateway.Gateway(self.directory / "fresh")  # no good configuration from before
        fresh.write("gateway.json", '{"lisen": []}')
        result = fresh.oneoff("serve")
        self.assertEqual(result.returncode, 78)
        self.assertIn("gateway.json:1:2", result.stderr)

    def test_a_host_key_that_was_not_made_yet_is_a_warning(self):
        fresh = harness.gateway.Gateway(self.directory / "unserved")
        result = fresh.oneoff("config", "check")
        self.assertEqual(result.returncode, 0, result.stderr)
        if harness.ROOT:
            keys = fresh.root / "etc/host_keys"
            self.assertIn(f"{keys}: warning: no host key; `oneoff serve` makes one, the system's service does not: "
                          f"ssh-keygen -t ed25519 -N '' -f {keys}/ssh_host_ed25519_key\n", result.stderr)


if __name__ == "__main__":
    harness.main()
