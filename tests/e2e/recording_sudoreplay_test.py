"""sudo's own sudoreplay lists the recordings and plays them, while they grow and when they are archived."""

import subprocess

import harness


class RecordingSudoreplay(harness.GatewayTest):
    def sudoreplay(self, *words):
        result = subprocess.run(["sudoreplay", "-d", self.gateway.root / "lib/recordings", *words],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout

    def test_it_lists_and_plays(self):
        self.ssh("plain", "sh -c 'echo to stdout; echo to stderr >&2; exit 3'")
        terminal = self.run_terminal("plain", "sh -c 'stty size; exit 4'")
        self.assertEqual(terminal.wait(), 4)
        piped = self.gateway.wait_for_audit("run.ended", status=3)["run"]
        shown = self.gateway.wait_for_audit("run.ended", status=4)["run"]
        listing = self.sudoreplay("-l").decode()
        for run in (piped, shown):
            self.assertRegex(listing, rf" : alice : .*; TSID={run} ; COMMAND=sh -c ")
        played = self.sudoreplay("-n", "-m", "0", piped)
        self.assertRegex(played, rb"exit 3(to stdout\nto stderr|to stderr\nto stdout)\s*\Z")
        self.assertIn(b"24 80", self.sudoreplay("-n", shown))
        # While it runs, too.
        process = self.start_ssh("plain", "sh -c 'echo so far; cat'")
        self.assertEqual(process.stdout.readline(), b"so far\n")
        run = self.gateway.wait_for_audit("run.started", command="sh -c 'echo so far; cat'")["run"]
        self.assertRegex(self.sudoreplay("-n", run), rb"so far\s*\Z")
        process.stdin.close()
        self.assertEqual(process.wait(20), 0)

    def test_it_finds_them_by_person_and_command(self):
        self.ssh("plain", "true", person="bob")
        self.gateway.wait_for_audit("run.ended", person="bob")
        self.assertIn(b" : bob : ", self.sudoreplay("-l", "user", "bob"))
        self.assertEqual(self.sudoreplay("-l", "user", "nobody"), b"")


if __name__ == "__main__":
    harness.main()
