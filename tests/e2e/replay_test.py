"""`oneoff replay` plays a recording as it was, searches it, and exports what asciinema plays."""

import json
import re
import subprocess
import time

import pyte

import harness
from client import Terminal


class Replay(harness.GatewayTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        result = cls.ssh("plain", "sh -c 'printf \"a\\377\\n\"; echo error >&2; sleep 0.4; printf \"caf\\303\\251\\n\"; exit 3'")
        assert result.status == 3, result
        cls.piped = cls.gateway.wait_for_audit("run.ended", status=3)["run"]
        cls.ssh("plain", "sh -c 'head -c 1048600 /dev/zero; echo gone; exit 5'")
        cls.cut = cls.gateway.wait_for_audit("run.ended", status=5)["run"]
        terminal = cls.client.terminal("plain", "sh -c 'stty size; seq 1 3000; exit 4'")
        assert terminal.wait() == 4
        cls.shown = cls.gateway.wait_for_audit("run.ended", status=4)["run"]
        terminal.close()

    def replay(self, *words, status=0, stderr=b""):
        result = subprocess.run([harness.ONEOFF, "--root", self.gateway.root, "replay", *words],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.assertEqual(result.returncode, status, result.stderr)
        if isinstance(stderr, bytes):
            self.assertEqual(result.stderr, stderr)
        else:
            self.assertRegex(result.stderr, stderr)
        return result.stdout

    def test_byte_for_byte(self):
        self.assertEqual(self.replay(self.piped, "--no-wait", stderr=b"error\n"), b"a\xff\ncaf\xc3\xa9\n")
        lines = b"".join(b"%d\r\n" % number for number in range(1, 3001))
        self.assertEqual(self.replay(self.shown, "--no-wait"), b"24 80\r\n" + lines)
        self.assertEqual(self.replay("last", "--no-wait"), b"24 80\r\n" + lines)

    def test_what_would_ask_or_name_the_terminal_is_left_out_unless_raw(self):
        said = r"A\033[6nB\033]52;c;Zm9v\007C\033]0;title\007D"
        # Without echo: this terminal answers, and the answer may come while the command still runs.
        terminal = self.client.terminal("plain", f"sh -c \"stty -echo; printf '{said}'; exit 6\"")
        self.assertEqual(terminal.wait(), 6)
        terminal.close()
        run = self.gateway.wait_for_audit("run.ended", status=6)["run"]
        self.assertEqual(self.replay(run, "--no-wait"), b"ABCD")
        self.assertEqual(self.replay(run, "--no-wait", "--raw"),
                         b"A\033[6nB\033]52;c;Zm9v\007C\033]0;title\007D")

    def test_with_its_times_faster_or_without_pauses(self):
        for words, least, most in (((), 0.35, 20), (("--speed", "100"), 0, 20), (("--idle", "1ms"), 0, 20)):
            start = time.monotonic()
            self.replay(self.piped, *words, stderr=b"error\n")
            self.assertGreater(time.monotonic() - start, least)
            self.assertLess(time.monotonic() - start, most)

    def test_one_stream_and_a_search(self):
        self.assertEqual(self.replay(self.piped, "--no-wait", "--stream", "stderr", stderr=b"error\n"), b"")
        self.assertRegex(self.replay(self.shown, "--search", "2999"), rb"\A +\d+\.\d{3}  ttyout  2999\n\Z")
        self.assertEqual(self.replay(self.shown, "--search", "nowhere", status=1), b"")

    def test_what_passed_and_is_not_there_is_said(self):
        """Whoever searches in vain has to know that there was more."""
        said = b"oneoff: replay: not in the recording: 29 bytes of stdout\n"
        self.assertEqual(self.replay(self.cut, "--no-wait", stderr=said), bytes(1 << 20))
        self.assertEqual(self.replay(self.cut, "--search", "gone", status=1, stderr=said), b"")
        self.assertTrue(self.replay(self.cut, "--asciicast", stderr=said))
        self.assertIn(b"<dt>Not in it</dt><dd>29 bytes of stdout</dd>", self.replay(self.cut, "--html", stderr=said))

    def test_the_screen_at_a_time_and_on_from_there(self):
        script = (r"printf '\033[?2004h\033]0;name\007\033[1;31mred\033[0m\033[5;3H\346\274\242\033['; sleep 1; "
                  r"printf '2;2Hlater\033[?1049heditor'; sleep 1; printf '\033[?1049l'; exit 7")
        terminal = self.client.terminal("plain", f'sh -c "{script}"')
        self.assertEqual(terminal.wait(), 7)
        terminal.close()
        run = self.gateway.wait_for_audit("run.ended", status=7)["run"]
        events = [json.loads(line) for line in self.replay(run, "--asciicast").splitlines()[1:]]
        first, editor = (next(f"{round(at * 1000)}ms" for at, _, text in events if word in text) for word in ("red", "editor"))
        red = "red\n\n\n\n  \u6f22\n".encode()
        self.assertEqual(self.replay(run, "--screen", "--at", first), red)
        self.assertEqual(self.replay(run, "--screen", "--at", editor), b"\n      editor\n")  # as the cursor stood
        self.assertEqual(self.replay(run, "--screen"), "red\n later\n\n\n  \u6f22\n".encode())
        at_end = self.replay(run, "--screen", "--at", "1h2m",
                             stderr=re.compile(rb"oneoff: replay: --at 3720 s: the recording ends before, after [\d.]+ s; "
                                               rb"this is its end\n\Z"))
        self.assertEqual(at_end, self.replay(run, "--screen"))
        # Another emulator agrees, which has no alternate screen.
        played = self.replay(run, "--at", first, "--no-wait")
        for left_out in (b"2004", b"name"):
            self.assertNotIn(left_out, played)
        screen = pyte.Screen(80, 24)
        pyte.ByteStream(screen).feed(played.split(b"\033[?1049h")[0])
        self.assertEqual([line.rstrip() for line in screen.display[:5]], ["red", " later", "", "", "  \u6f22"])

    def test_a_screen_is_a_terminals(self):
        self.replay(self.piped, "--screen", status=1,
                    stderr=b"oneoff: replay: --screen: the run had no terminal; without --screen its output is shown\n")
        self.replay(self.shown, "--screen", "--at", "soon", status=64,
                    stderr=b"oneoff: replay: --at is a time since the start, such as 1h2m or 90s\n")
        at = [json.loads(line) for line in self.replay(self.piped, "--asciicast").splitlines()][-2][0]
        self.assertEqual(self.replay(self.piped, "--no-wait", "--at", f"{round(at * 1000)}ms"), b"caf\xc3\xa9\n")
        screen = self.replay(self.shown, "--screen")
        self.assertEqual(screen, b"".join(b"%d\n" % number for number in range(2978, 3001)))

    def test_what_cannot_be_replayed_is_said(self):
        self.replay("zzzzzzzz", status=1, stderr=b"oneoff: replay: 'zzzzzzzz': there is no such recording; oneoff "
                                                b"recordings lists them\n")
        self.replay(self.piped, "--speed", "0", status=64,
                    stderr=b"oneoff: replay: --speed is a number above 0, such as 2 or 0.5\n")

    def test_an_asciicast_is_what_asciinema_plays(self):
        cast = self.replay(self.piped, "--asciicast")
        header, *events = [json.loads(line) for line in cast.splitlines()]
        self.assertEqual((header["version"], header["width"], header["height"]), (2, 80, 24))
        self.assertEqual(sorted(text for _, kind, text in events if kind == "o"),
                         sorted(["a\ufffd\r\n", "error\r\n", "caf\u00e9\r\n"]))
        path = self.directory / "run.cast"
        path.write_bytes(self.replay(self.shown, "--asciicast"))
        player = Terminal(["asciinema", "cat", str(path)], self.client.environment({"LC_ALL": "C.UTF-8"}), 24, 80)
        self.addCleanup(player.close)
        self.assertEqual(player.wait(), 0, player.output[-1000:])
        self.assertRegex(player.output[-40:], rb"2999\r+\n3000\r+\n")

    def test_recordings_lists_them(self):
        listing = self.gateway.oneoff("recordings", "--app", "plain", "--who", "alice", "--since", "1h").stdout
        self.assertRegex(listing, rf"(?m)^{self.piped} +2\S+Z plain\+v2 +alice +pipes +sh -c ")
        self.assertRegex(listing, rf"(?m)^{self.shown} +2\S+Z plain\+v2 +alice +terminal +sh -c ")
        objects = [json.loads(line) for line in self.gateway.oneoff("recordings", "--json").stdout.splitlines()]
        self.assertEqual([item["run"] for item in objects], [self.piped, self.cut, self.shown])  # the newest last
        self.assertEqual(self.gateway.oneoff("recordings", "--who", "bob", "--json").stdout, "")


if __name__ == "__main__":
    harness.main()
