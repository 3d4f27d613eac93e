"""A release that does not exist: 65, with the newest that do."""

import harness


class UnknownRelease(harness.GatewayTest):
    def test_the_message_names_the_newest(self):
        result = self.ssh("plain+v9", "true")
        self.assert_refused(result, 65, "oneoff: plain+v9: no such release; the newest are v1, v2 (current)\n")
        denied = self.gateway.wait_for_audit("run.denied", release="v9")
        self.assertEqual((denied["status"], denied["app"]), (65, "plain"))

    def test_names_that_cannot_be_a_release_are_refused(self):
        for name in ("..", ".", "-x", "a/b", "v1/../v2", "", "x" * 65):
            with self.subTest(name=name):
                result = self.ssh("plain+" + name, "true")
                self.assertEqual(result.stdout, b"")
                self.assertIn(result.status, (64, 65, 77))
                self.assertRegex(result.stderr, r"\Aoneoff: [^\n]+\n\Z")


if __name__ == "__main__":
    harness.main()
