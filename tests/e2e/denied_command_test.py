"""What no rule allows is denied: with what the person may type instead, and on the record."""

import harness


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
