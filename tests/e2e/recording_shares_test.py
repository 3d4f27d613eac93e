"""Recordings of runs that are under way count towards a person's share: with too much of them, no run starts."""

import harness

PRINTS = "sh -c 'head -c 800000 /dev/zero | tr \"\\0\" x; echo; echo printed; read line'"


class RecordingShares(harness.GatewayTest):
    settings = {"recordings": {"reserve": "0", "per_run": "1M", "per_person": "2M"}}

    def test_runs_under_way_count_with_what_their_recordings_take_now(self):
        terminals = []
        for _ in range(3):
            terminals.append(self.run_terminal("plain", PRINTS))
            terminals[-1].expect(rb"printed\r\n")
        result = self.ssh("plain", "true")
        self.assertEqual((result.status, result.stdout), (73, b""))
        self.assertRegex(result.stderr, r"the recordings of alice take 2 MiB, and their share is 2M "
                                        r"\(recordings\.per_person\); they make room for newer ones when they are 7d old")
        self.assert_ran(self.ssh("plain", "echo mine", person="bob"), "mine\n")
        for terminal in terminals:
            terminal.send("\n")
            self.assertEqual(terminal.wait(), 0)
        # Archived, they are compressed: there is room again.
        harness.wait_until(lambda: not list((self.gateway.root / "lib/recordings").glob("*/state")), "the archivist")
        self.assert_ran(self.ssh("plain", "echo in"), "in\n")


if __name__ == "__main__":
    harness.main()
