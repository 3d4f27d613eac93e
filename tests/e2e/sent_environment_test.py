"""A variable that no rule of the person accepts is answered with failure, as by sshd; explain and the record name it."""

import harness
import rawssh


class SentEnvironment(harness.GatewayTest):
    def ask(self, person, name, target="plain", value="value"):
        with rawssh.connect(self.client, target, person=person) as connection:
            channel = connection.session()
            connection.request(channel, "env", name, value)
            return connection.until(channel, "success", "failure")

    def test_what_a_rule_accepts_succeeds_and_the_rest_fails(self):
        for person, name, answer in (("alice", "VERBOSE", "success"), ("alice", "LC_ALL", "failure"),
                                     ("bob", "VERBOSE", "failure"), ("bob", "LANG", "failure")):
            with self.subTest(person=person, name=name):
                self.assertEqual(self.ask(person, name), answer)

    def test_what_is_not_set_is_named_in_the_record_without_its_value(self):
        options = ("-o", "SetEnv=VERBOSE=1 LEAK=hush LC_ALL=C")
        self.assert_ran(self.ssh("plain", "echo 'recorded'", options=options), "recorded\n")
        record = self.gateway.wait_for_audit("run.started", command="echo 'recorded'")
        self.assertEqual(record["env_dropped"], ["LEAK", "LC_ALL"])
        self.assertNotIn("hush", str(record))
        self.assert_ran(self.ssh("plain", "echo 'none'", options=("-o", "SetEnv=VERBOSE=1")), "none\n")
        self.assertEqual(self.gateway.wait_for_audit("run.started", command="echo 'none'")["env_dropped"], [])

    def test_explain_names_it(self):
        result = self.ssh("plain", "run:explain true", options=("-o", "SetEnv=VERBOSE=1 LEAK=1"))
        self.assertIn(b"not set:    LEAK: the client sent it, and the rule 'ops' does not accept it", result.stdout)

    def test_a_rule_that_is_written_later_counts_although_the_answer_was_failure(self):
        with rawssh.connect(self.client, "plain", person="bob") as connection:
            self.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["plain"], "run": ["..."],
                                            "accept_env": ["LATER"]}]})
            self.addCleanup(self.gateway.policy, harness.gateway.DEFAULT_POLICY)
            channel = connection.session()
            connection.request(channel, "env", "LATER", "value")
            self.assertEqual(connection.until(channel, "success", "failure"), "failure")
            connection.request(channel, "exec", "sh -c 'echo $LATER'")
            connection.output(channel, b"value\n")

    def test_a_rule_may_accept_an_editor_by_its_value(self):
        self.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["plain"], "run": ["..."],
                                        "accept_env": ["EDITOR=rvim"]}]})
        self.addCleanup(self.gateway.policy, harness.gateway.DEFAULT_POLICY)
        for name, value, answer in (("EDITOR", "rvim", "success"), ("EDITOR", "vim", "failure"),
                                    ("VISUAL", "rvim", "failure")):
            with self.subTest(name=name, value=value):
                self.assertEqual(self.ask("bob", name, value=value), answer)
        show = "sh -c 'echo =$EDITOR='"
        for editor, output in (("rvim", "=rvim=\n"), ("vim", "==\n")):
            self.assert_ran(self.ssh("plain", show, person="bob", options=("-o", f"SetEnv=EDITOR={editor}")), output)
        self.assert_ran(self.ssh("plain", f"EDITOR=rvim {show}", person="bob"), "=rvim=\n")
        result = self.ssh("plain", f"EDITOR=vim {show}", person="bob")
        self.assertEqual(result.status, 77)
        self.assertIn("does not let bob set EDITOR; it accepts EDITOR=rvim", result.stderr)


if __name__ == "__main__":
    harness.main()
