"""run:explain says what would run, in which release, with which environment, by which rule; and runs nothing."""

import gateway
import harness


class Explain(harness.GatewayTest):
    def explain(self, target, *words, status=0, **options):
        result = self.ssh(target, "run:explain", *words, **options)
        self.assertEqual(result.status, status, result)
        said = result.stdout.decode() + result.stderr
        self.assertNotIn("s3cr3t-value", said)
        return said

    def test_it_names_release_directory_user_words_and_rule(self):
        said = self.explain("plain", "bin/which 'a b'")
        for part in ("plain+v2", "3f2a91c", str((self.plain.directory / "releases/v2").resolve()),
                     harness.apps.user(), "bin/which", "ops"):
            self.assertIn(part, said)

    def test_it_names_each_variable_with_its_source_and_no_value(self):
        said = self.explain("plain", "env")
        for line in (r"SECRET\b.*shared/\.env:3", r"GREETING\b.*shared/\.env:2", r"ONEOFF_RELEASE\b"):
            self.assertRegex(said, line)
        self.assertNotIn("from shared/.env", said.replace("shared/.env:", ""))

    def test_it_runs_nothing(self):
        marker = self.directory / "marker"
        self.explain("plain", f"touch {marker}")
        self.assertFalse(marker.exists())
        self.assertEqual(self.gateway.audit("run.started", command=f"touch {marker}"), [])
        self.gateway.wait_for_audit("explained", command=f"touch {marker}")

    def test_it_explains_a_denial(self):
        said = self.explain("plain", "rake db:drop", status=77)
        self.assertIn("no drops", said)
        self.assertRegex(said, r"policy\.json:\d+")

    def test_it_says_that_a_string_goes_to_a_shell(self):
        self.assertIn("/bin/sh", self.explain("plain", "echo a | wc"))
        self.assertIn("needs a shell", self.explain("plain", "echo a | wc", person="bob", status=64))

    def test_it_shows_the_askers_rules_alone(self):
        said = self.explain("plain", "ls", person="carol", status=77)
        self.assertIn("carol looks", said)
        for other in ("'ops'", "'developers'", "group:", "alice", "bob"):
            self.assertNotIn(other, said)

    def test_it_shows_a_reviewer_every_rule(self):
        reviewers = [{"name": "review", "who": ["carol"], "apps": ["plain"]}]
        self.gateway.policy({**gateway.DEFAULT_POLICY, "reviewers": reviewers})
        self.addCleanup(self.gateway.policy, gateway.DEFAULT_POLICY)
        said = self.explain("plain", "ls", person="carol", status=77)
        for rule in ("'no drops'", "'ops'", "'developers'", "'carol looks'"):
            self.assertIn(rule, said)

    def test_it_shows_the_normal_form_that_deny_rules_see(self):
        said = self.explain("plain", "./bin/rake -q X=1 db:drop", status=77)
        self.assertIn("rake db:drop\n", said)
        self.assertIn("no drops", said)

    def test_the_command_on_the_host_lists_how_each_rule_fared(self):
        result = self.gateway.oneoff("policy", "explain", "carol", "plain", "ls")
        for rule in ("no drops", "ops", "developers", "carol looks"):
            self.assertIn(rule, result.stdout)
        self.assertRegex(result.stdout, r"policy\.json:\d+")


if __name__ == "__main__":
    harness.main()
