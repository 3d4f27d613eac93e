"""`oneoff replay --html` is one page that a browser plays from a file, without a network, whatever was recorded."""

import subprocess

import harness
from browser import Browser

# What would be seen if anything recorded left its place in the page.
HOSTILE = "</script><script>document.title='owned'</script><!-- <script> <img src=x onerror=document.title='owned'>"
ROWS = 'Array.from(document.querySelectorAll(".ap-term-text .ap-line"), line => line.textContent)'
TEXT = 'document.querySelector(".ap-term-text").textContent'


class ReplayHtml(harness.GatewayTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain.write("releases/v2/hostile", f"{HOSTILE}\n\u2028\u2029\\u003c caf\u00e9 \u6f22\u5b57\n".encode()
                        + b"\xff\xfe\x00 \xe2\x82\n\x1b[1;31mred\x1b[0m \x1b]0;</title>owned\x07the last line\n")
        cls.plain.own()
        cls.shown = cls.record(f'sh -c "cat hostile; stty size" "{HOSTILE}"')
        cls.piped = cls.record('sh -c "echo out; echo err >&2"', on_terminal=False)
        cls.silent = cls.record("true")

    @classmethod
    def record(cls, command, on_terminal=True):
        if on_terminal:
            terminal = cls.client.terminal("plain", command, columns=100)
            assert terminal.wait() == 0, terminal.output
            terminal.close()
        else:
            assert cls.ssh("plain", command).status == 0
        run = cls.gateway.wait_for_audit("run.started", command=command)["run"]
        cls.gateway.wait_for_audit("run.ended", run=run)
        return run

    def export(self, *words, status=0):
        result = subprocess.run([harness.ONEOFF, "--root", self.gateway.root, "replay", *words],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.assertEqual(result.returncode, status, result)
        return result

    def open(self, page):
        """The page's browser, when the player knows how long the recording is."""
        path = self.directory / "run.html"
        path.write_bytes(page)
        browser = Browser()
        self.addCleanup(browser.close)
        browser.open(path.as_uri())
        browser.wait_for('typeof player == "object" && player.getDuration() !== undefined')
        self.address = path.as_uri()
        return browser

    def assert_kept_to_itself(self, browser):
        self.assertEqual((list(browser.requests.values()), browser.complaints), ([self.address], []))

    def test_it_plays_what_was_recorded_and_nothing_of_that_is_obeyed(self):
        browser = self.open(self.export(self.shown, "--html").stdout)
        self.assertEqual(browser.evaluate("document.title"), f'plain+v2: sh -c "cat hostile; stty size" "{HOSTILE}"')
        self.assertEqual(browser.evaluate('document.querySelector("h1").textContent'),
                         f'sh -c "cat hostile; stty size" "{HOSTILE}"')
        facts = browser.evaluate('document.querySelector("dl").innerText')
        for fact in ("plain+v2", "alice, from 127.0.0.1", self.shown, "a terminal"):
            self.assertIn(fact, facts)
        self.assertRegex(facts, r"Started\s+20\d\d-\d\d-\d\dT[\d:.]+Z\s+Duration\s+\d+\.\d s\s")

        browser.evaluate('player.seek("100%")')
        browser.wait_for(f'{TEXT}.includes("24 100")')
        rows = [row.rstrip() for row in browser.evaluate(ROWS)]
        self.assertEqual(rows[:6], [HOSTILE[:100], HOSTILE[100:], "\u2028\u2029\\u003c caf\u00e9 \u6f22\u5b57",
                                    "\ufffd\ufffd \ufffd", "red the last line", "24 100"])
        self.assertEqual(browser.evaluate("document.scripts.length"), 3)
        self.assertEqual(browser.evaluate("document.images.length"), 0)
        self.assert_kept_to_itself(browser)

    def test_a_click_plays_it_to_its_end(self):
        browser = self.open(self.export(self.piped, "--html").stdout)
        browser.evaluate('window.ended = false; player.addEventListener("ended", () => { ended = true; });'
                         'document.querySelector(".ap-overlay-start, .ap-play-button").click()')
        browser.wait_for("ended")
        browser.wait_for(f'{TEXT}.includes("out") && {TEXT}.includes("err")')
        self.assert_kept_to_itself(browser)

    def test_a_recording_of_nothing_is_a_page_too(self):
        self.assert_kept_to_itself(self.open(self.export(self.silent, "--html").stdout))

    def test_the_page_lets_nothing_run_but_the_player(self):
        """Even what somebody had written into it."""
        page = self.export(self.shown, "--html").stdout
        attack = b"<script>document.title='owned'</script><img src=http://127.0.0.1:9/x onerror=document.title='owned'>"
        browser = self.open(page.replace(b"<header>", b"<header>" + attack))
        self.assertNotEqual(browser.evaluate("document.title"), "owned")
        self.assertEqual(list(browser.requests.values()), [self.address])
        self.assertEqual(len(browser.complaints), 3)

    def test_it_carries_the_licenses_of_the_player(self):
        page = self.export(self.shown, "--html").stdout.decode()
        for words in ("Apache License", "Marcin Kulik", "Ryan Carniato"):
            self.assertIn(words, page)

    def test_a_damaged_recording_is_a_page_of_what_is_sound(self):
        timing = self.gateway.root / "lib/recordings" / self.piped / "timing"
        kept = timing.read_bytes()
        mode = timing.stat().st_mode
        timing.chmod(0o600)
        timing.write_bytes(kept + b"junk\n")
        timing.chmod(mode & 0o777)
        self.addCleanup(timing.write_bytes, kept)
        result = self.export(self.piped, "--html", status=1)
        flaw = "1 line of timing cannot be read, and was skipped"
        self.assertEqual(result.stderr, f"oneoff: replay: {flaw}\n".encode())
        browser = self.open(result.stdout)
        self.assertIn(flaw, browser.evaluate('document.querySelector("dl").innerText'))

    def test_one_export_at_a_time_and_no_option_that_it_would_ignore(self):
        for option in (["--asciicast"], ["--search", "x"], ["--no-wait"], ["--speed", "2"], ["--idle", "1s"],
                       ["--stream", "stdout"]):
            result = self.export(self.shown, "--html", *option, status=64)
            self.assertRegex(result.stderr.decode(), rf"--html excludes {option[0]}|{option[0]} excludes --html")
            self.assertEqual(result.stdout, b"")


if __name__ == "__main__":
    harness.main()
