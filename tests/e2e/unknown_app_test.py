"""An app that does not exist: 65 to people with some right to it, else the same 77 as for any other."""

import harness


class UnknownApp(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.gateway.app("secret", cls.plain.directory)

    def test_people_who_may_use_every_app_learn_that_there_is_none(self):
        result = self.ssh("nothere", "true")
        self.assertEqual((result.status, result.stdout), (65, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: nothere: no such app[^\n]*\n\Z")

    def test_others_cannot_tell_a_missing_app_from_one_they_may_not_use(self):
        missing = self.ssh("nothere", "true", person="carol")
        forbidden = self.ssh("secret", "true", person="carol")
        self.assertEqual((missing.status, missing.stdout), (77, b""))
        self.assertEqual((forbidden.status, forbidden.stderr.replace("secret", "nothere")),
                         (77, missing.stderr))

    def test_it_is_on_the_record(self):
        self.ssh("nothere", "true", person="bob")
        denied = self.gateway.wait_for_audit("run.denied", app="nothere", person="bob")
        self.assertEqual(denied["command"], "true")

    def test_names_that_cannot_be_an_app_are_refused(self):
        for name in ("Shop", "1shop", "../etc", "a" * 33, "shop_id", "+v1"):
            with self.subTest(name=name):
                result = self.ssh(name, "true")
                self.assertEqual(result.stdout, b"")
                self.assertIn(result.status, (64, 65, 77))
                self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")


if __name__ == "__main__":
    harness.main()
