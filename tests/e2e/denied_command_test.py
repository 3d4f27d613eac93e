"""What no rule allows is denied: with what the person may type instead, and on the record."""

import gateway
import harness


MAKEFILE = "all:\n\t@echo all $(VERBOSE)\nrelease:\n\t@echo release $(VERSION)\n"


class DeniedCommand(harness.GatewayTest):
    def denied(self, target, typed, person):
        result = self.ssh(target, typed, person=person)
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")
        record = self.gateway.wait_for_audit("run.denied", person=person, command=typed)
        self.assertEqual((record["message"], record["status"]), (result.stderr[len("oneoff: "):-1], 77))
        return result.stderr, record

    def test_what_no_rule_allows(self):
        message, record = self.denied("plain", "ls /", "carol")
        self.assertEqual(record["rule"], "")
        for allowed in ("hello", "bin/which", "echo *"):
            self.assertIn(allowed, message)

    def test_a_deny_rule_is_named(self):
        for typed in ("rake db:drop", "bundle exec rake db:drop", "bin/rake db:drop", "rake db:drop --all"):
            with self.subTest(typed=typed):
                message, record = self.denied("plain", typed, "alice")
                self.assertEqual(record["rule"], "no drops")
                self.assertIn("no drops", message)

    def test_a_deny_rule_is_not_passed_by_another_spelling(self):
        for typed in ("./bin/rake db:drop", "bin//rake db:drop", "/usr/bin/rake db:drop", "rake -q db:drop",
                      "rake -- db:drop", "rake X=1 db:drop", "rake db:migrate db:drop", "rake 'db:drop[]'"):
            with self.subTest(typed=typed):
                _, record = self.denied("plain", typed, "alice")
                self.assertEqual(record["rule"], "no drops")

    def test_a_deny_rule_is_not_passed_by_another_way_to_start_the_program(self):
        for typed in ("rake rake:db:drop", "rake '^db:drop'", "bundle e rake db:drop", "bundler exec rake db:drop",
                      "env -u X rake db:drop", "env -C . rake db:drop", "timeout -s KILL 5 rake db:drop",
                      "ruby -C . -S rake db:drop", "ruby -I lib -S rake db:drop", "xargs rake db:drop",
                      "flock tmp/l rake db:drop", "echo rake db:drop"):
            with self.subTest(typed=typed):
                _, record = self.denied("plain", typed, "alice")
                self.assertEqual(record["rule"], "no drops")

    def test_a_script_is_denied_by_each_name_and_a_program_behind_each_starter(self):
        self.with_rules({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"],
                         "run": ["npm run drop", "composer run-script drop", "python manage.py flush",
                                 "php artisan migrate:fresh", "psql -..."]},
                        {"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]})
        for typed in ("npm rum drop", "yarn drop", "composer drop", "python3 -W ignore manage.py flush",
                      "python3 -m django flush", "php -c php.ini artisan migrate:fresh", "env -u X psql -c x"):
            with self.subTest(typed=typed):
                _, record = self.denied("plain", typed, "alice")
                self.assertEqual(record["rule"], "no")
        self.assert_ran(self.ssh("plain", "echo psql drop", person="alice"), "psql drop\n")

    def test_make_expands_nothing_that_a_person_sends(self):
        for name, text in (("Makefile", MAKEFILE), ("bin/deploy", '#!/bin/sh\nexec make "$@"\n')):
            self.plain.write(f"releases/v2/{name}", text, 0o755)
        self.plain.own()
        self.with_rules({"name": "make", "who": ["carol"], "apps": ["plain"], "accept_env": ["VERBOSE"],
                         "run": ["make release VERSION=*", "make all ...", "bin/deploy ..."]})
        self.assert_ran(self.ssh("plain", "make release VERSION=2", person="carol"), "release 2\n")
        self.assert_ran(self.ssh("plain", "VERBOSE=1 make all", person="carol"), "all 1\n")
        self.assert_ran(self.ssh("plain", "bin/deploy all VERBOSE=1", person="carol"), "all 1\n")
        for typed in ("make release 'VERSION=$(shell touch tmp/ran)'", "make all 'VERBOSE=$(shell touch tmp/ran)'",
                      "bin/deploy 'X!=touch tmp/ran'", "bin/deploy all SHELL=tmp/x"):
            with self.subTest(typed=typed):
                self.denied("plain", typed, "carol")
        for command in ("make all", "bin/deploy all"):  # the record masks a variable's value
            result = self.ssh("plain", f"VERBOSE='$(shell touch tmp/ran)' {command}", person="carol")
            self.assertEqual((result.status, result.stdout), (77, b""))
            self.assertIn("the value has a '$', which make would expand", result.stderr)
        sent = ("-o", "SetEnv=VERBOSE='$(shell touch tmp/ran)'")
        self.assert_ran(self.ssh("plain", "make all", person="carol", options=sent), "all\n")
        self.assertFalse((self.plain.directory / "releases/v2/tmp/ran").exists())

    def test_a_wildcard_stays_inside_its_folder(self):
        shared = self.plain.directory / "releases/v2"
        self.with_rules({"name": "files", "who": ["carol"], "apps": ["plain"],
                         "run": ["cat bin/*", "tee tmp/*", "echo -...", "head ..."]})
        self.assert_ran(self.ssh("plain", "cat bin/which", person="carol"), (shared / "bin/which").read_text())
        self.assert_ran(self.ssh("plain", "echo -n db:migrate a/b", person="carol"), "db:migrate a/b")
        for typed in ("cat bin/../.env", "cat bin/./../.env", "cat bin/a/b", "tee tmp/../app.rb", "tee tmp/..",
                      "echo -C..", "echo -f../x", "echo -xf/etc/passwd", "echo --x=a:/etc", "echo @/etc/passwd",
                      "echo file:///etc/passwd", "echo '~/x'", "head //etc/passwd", "head a,../b", "head ..",
                      "head bin/.."):
            with self.subTest(typed=typed):
                self.denied("plain", typed, "carol")

    def test_a_task_runners_variable_has_to_be_accepted(self):
        self.with_rules({"name": "tasks", "who": ["carol"], "apps": ["plain"], "accept_env": ["VERBOSE"],
                         "run": ["env VERBOSE=* echo ...", "rake hello ...", "make -...", "echo ..."]})
        self.assert_ran(self.ssh("plain", "env VERBOSE=1 echo VERBOSE=2", person="carol"), "VERBOSE=2\n")
        self.assert_ran(self.ssh("plain", "echo PERL5OPT=-Mx", person="carol"), "PERL5OPT=-Mx\n")
        for typed in ("rake hello PERL5OPT=-Mx", "make all DATABASE_URL=x",
                      "make 'X!=touch x'", "bundle exec rake hello LD_PRELOAD=x"):
            with self.subTest(typed=typed):
                self.denied("plain", typed, "carol")

    def test_a_pattern_with_a_path_allows_no_name(self):
        self.with_rules({"name": "paths", "who": ["carol"], "apps": ["plain"], "run": ["bin/hello", "bin/echo ..."]})
        self.denied("plain", "hello", "carol")
        self.denied("plain", "echo x", "carol")

    def with_rules(self, *rules):
        self.gateway.policy({**gateway.DEFAULT_POLICY, "rules": list(rules)})
        self.addCleanup(self.gateway.policy, gateway.DEFAULT_POLICY)

    def test_patterns_hold_word_by_word(self):
        self.assert_ran(self.ssh("plain", "echo 'two words'", person="carol"), "two words\n")
        self.denied("plain", "echo two words", "carol")
        self.denied("plain", "echo", "carol")

    def test_an_old_release_is_denied_where_the_rule_names_current(self):
        self.denied("plain+v1", "hello", "carol")

    def test_the_record_names_key_and_source(self):
        _, record = self.denied("plain", "id", "carol")
        self.assertRegex(record["key"], r"\ASHA256:[A-Za-z0-9+/]{43}\Z")
        self.assertEqual((record["source"], record["app"], record["release"]), ("127.0.0.1", "plain", "current"))

    def test_nothing_of_it_ran(self):
        marker = self.directory / "marker"
        self.denied("plain", f"touch {marker}", "carol")
        self.assertFalse(marker.exists())
        self.assertEqual(self.gateway.audit("run.started", command=f"touch {marker}"), [])


if __name__ == "__main__":
    harness.main()
