"""A release that cannot be used: a sentence that says which file, and the status that fits."""

import harness


class UnusableRelease(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.gateway.app("missing", cls.directory / "apps/not-there")
        for app, lines in (("broken", "PASSWORD=never-shown\nexport NOWHERE_SET\n"),
                           ("substituting", "A=1\nB=2\nC=$(never-shown)\n")):
            root = cls.directory / "apps" / app
            other = harness.apps.Plain(root, root)
            other.write("shared/.env", lines)
            other.own()
            cls.gateway.app(app, root)
        cls.gateway.app("nobodys", cls.plain.directory, user="no-such-user")
        loop = harness.apps.Plain(cls.directory / "apps/loop", "loop")
        (loop.directory / "current").unlink()
        (loop.directory / "current").symlink_to("current")
        cls.gateway.app("loop", loop.directory)

    def refused(self, app, status):
        result = self.ssh(app, "true")
        self.assertEqual((result.status, result.stdout), (status, b""), result.stderr)
        self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")
        self.assertNotIn("never-shown", result.stderr)
        denied = self.gateway.wait_for_audit("run.denied", app=app, person="alice")
        self.assertEqual((denied["status"], denied["message"]), (status, result.stderr[len("oneoff: "):-1]))
        return result.stderr

    def test_a_missing_checkout_is_named(self):
        self.assertIn(str(self.directory / "apps/not-there"), self.refused("missing", 69))

    def test_a_broken_value_file_is_named_with_its_line(self):
        self.assertRegex(self.refused("broken", 78), r"shared/\.env:2\b.*NOWHERE_SET")

    def test_a_command_substitution_is_named_with_its_line(self):
        self.assertRegex(self.refused("substituting", 78), r"shared/\.env:3\b.*\bC\b")

    def test_a_user_that_does_not_exist_is_named_with_the_app_file(self):
        message = self.refused("nobodys", 78)
        self.assertIn("no-such-user", message)
        self.assertIn("apps/nobodys.json", message)

    def test_a_link_that_leads_to_itself_is_named(self):
        self.assertIn("current", self.refused("loop", 69))

    def test_the_other_apps_run_all_the_same(self):
        self.assert_ran(self.ssh("plain", "true"), "")


if __name__ == "__main__":
    harness.main()
