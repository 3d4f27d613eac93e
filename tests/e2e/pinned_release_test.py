"""shop+RELEASE: an exact id, else current, previous or latest, else a commit's first digits."""

import harness


class PinnedRelease(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v10/bin/which", "#!/bin/sh\necho v10\n", 0o755)
        cls.plain.write("releases/v10/REVISION", "1a2b3c4".ljust(40, "0") + "\n")
        cls.plain.own()

    def test_each_way_to_name_a_release(self):
        for selector, release in (("", "v2"), ("+v1", "v1"), ("+v2", "v2"), ("+current", "v2"), ("+latest", "v10"),
                                  ("+previous", "v1"), ("+4d5e6f7", "v1"), ("+4d5e6f7000", "v1"),
                                  ("+" + "3f2a91c".ljust(40, "0"), "v2")):
            with self.subTest(selector=selector):
                self.assert_ran(self.ssh("plain" + selector, "bin/which"), release + "\n")

    def test_the_record_has_the_exact_release_and_its_names(self):
        self.ssh("plain+previous", "bin/which")
        started = self.gateway.wait_for_audit("run.started", release="v1", commit="4d5e6f7".ljust(40, "0"))
        self.assertIn("previous", started["release_names"])
        self.assertEqual(started["directory"], str((self.plain.directory / "releases/v1").resolve()))

    def test_a_run_keeps_its_release_when_current_moves(self):
        terminal = self.run_terminal("plain", "sh")
        terminal.expect(rb"[$#] ")
        current = self.plain.directory / "current"
        current.unlink()
        current.symlink_to("releases/v10")
        self.addCleanup(lambda: (current.unlink(), current.symlink_to("releases/v2")))
        terminal.send("bin/which; pwd\n")
        terminal.expect(rb"\nv2\r\n\S+/releases/v2\r\n")
        self.assert_ran(self.ssh("plain", "bin/which"), "v10\n")

    def test_too_few_digits_are_no_release(self):
        self.assertEqual(self.ssh("plain+4d5e6f", "bin/which").status, 65)

    def test_a_rule_may_know_the_release_by_any_of_its_names(self):
        self.assert_ran(self.ssh("plain+v2", "bin/which", person="carol"), "v2\n")
        self.assertEqual(self.ssh("plain+v1", "bin/which", person="carol").status, 77)


if __name__ == "__main__":
    harness.main()
