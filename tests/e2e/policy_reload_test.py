"""A changed policy holds for the next request of an old connection; one that does not load changes nothing."""

import gateway
import harness
import rawssh


class PolicyReload(harness.GatewayTest):
    def setUp(self):
        self.gateway.policy(gateway.DEFAULT_POLICY)

    def run_on(self, connection, command):
        channel = connection.session()
        connection.request(channel, "exec", command)
        connection.until(channel, "close")
        return next(word for word in connection.said(channel) if word.startswith("exit-status"))

    def test_the_next_request_is_under_the_new_policy(self):
        with rawssh.connect(self.client, "plain") as connection:
            self.assertEqual(self.run_on(connection, "true"), "exit-status 0")
            self.gateway.policy({"rules": []})
            self.assertEqual(self.run_on(connection, "true"), "exit-status 77")
            self.gateway.policy(gateway.DEFAULT_POLICY)
            self.assertEqual(self.run_on(connection, "true"), "exit-status 0")

    def test_a_removed_person_is_refused_on_an_old_connection(self):
        key = self.make_key("leaver")
        self.gateway.person("leaver", key)
        self.gateway.policy({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["..."]}]})
        with rawssh.connect(self.client, "plain", person="leaver") as connection:
            self.assertEqual(self.run_on(connection, "true"), "exit-status 0")
            (self.gateway.root / "etc/people/leaver.pub").unlink()
            self.assertEqual(self.run_on(connection, "true"), "exit-status 77")

    def test_a_policy_that_does_not_load_leaves_the_old_in_force(self):
        loaded = len(self.gateway.audit("configuration.refused"))
        self.gateway.write("policy.json", '{"rules": [{"name": "x", "hwo": ["*"]}]}')
        self.assert_ran(self.ssh("plain", "true"), "")
        self.assert_ran(self.ssh("plain", "hello", person="carol"), "hello from shared/.env\n")
        self.assertEqual(self.ssh("plain", "ls", person="carol").status, 77)
        refused = harness.wait_until(lambda: self.gateway.audit("configuration.refused")[loaded:], "the record")[-1]
        self.assertIn("policy.json:1:", refused["problems"])
        self.assertIn("hwo", self.gateway.stderr())

    def test_a_new_app_needs_no_restart(self):
        self.assertEqual(self.ssh("fresh", "true").status, 65)
        self.gateway.app("fresh", self.plain.directory)
        self.assert_ran(self.ssh("fresh", "sh -c 'echo $ONEOFF_APP'"), "fresh\n")


if __name__ == "__main__":
    harness.main()
