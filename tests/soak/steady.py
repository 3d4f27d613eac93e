"""Ten well-behaved sessions: a byte each 100 ms to a `cat` and back, half of them on terminals.

A process of its own, so that what is measured is the gateway and not the noise beside it. It says a line of JSON
every second, and ends its sessions when its input ends; then their statuses are in the last line.
"""

import hashlib
import json
import pathlib
import random
import select
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

SESSIONS = 10
PAUSE = 0.1       # seconds between two bytes
PATIENCE = 60.0   # seconds that a byte may take before the session counts as broken
ON_PIPES = "cat"
# A raw terminal has no end of file: there the client hangs up.
ON_A_TERMINAL = "sh -c 'stty raw -echo; echo ready; exec cat'"


class Session:
    """One ssh; `round_trip` sends a byte and waits for it."""

    def __init__(self, argv, environment, on_terminal, seed):
        self._random = random.Random(seed)
        self._process = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE)
        self.times = []   # seconds
        self.error = None
        self.status = None
        self._sent, self._got = hashlib.sha256(), hashlib.sha256()
        if on_terminal:
            seen = b""
            while b"ready" not in seen or not seen.endswith(b"\n"):
                seen += self._read()

    def round_trip(self):
        byte = bytes([self._random.randrange(256)])
        start = time.monotonic()
        self._process.stdin.write(byte)
        self._process.stdin.flush()
        back = self._read()
        self.times.append(time.monotonic() - start)
        self._sent.update(byte)
        self._got.update(back)
        if back != byte:
            raise AssertionError(f"sent {byte!r}, got {back!r}")

    def end(self):
        """The client's end of file is the command's."""
        try:
            rest, said = self._process.communicate(timeout=PATIENCE)
            self.status = self._process.returncode
            if rest or said:
                self.error = self.error or f"at the end {rest!r}, {said!r}"
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            self._process.kill()
            self.error = self.error or f"does not end: {error}"

    def hang_up(self):
        self._process.terminate()
        self._process.communicate()
        self.status = 0 if self.error is None else 255

    def same(self):
        return self._sent.digest() == self._got.digest()

    def _read(self):
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            raise AssertionError(f"nothing came for {PATIENCE:g} s")
        data = self._process.stdout.read1(65536)
        if not data:
            raise AssertionError(f"ended: {self._process.stderr.read()!r}")
        return data


def serve(session, over):
    try:
        while not over.wait(PAUSE):
            session.round_trip()
    except (AssertionError, OSError) as error:
        session.error = str(error)


def report(sessions, **more):
    times = [taken for session in sessions for taken in list(session.times)]
    print(json.dumps({"bytes": len(times), "median": statistics.median(times) if times else 0,
                      "most": max(times, default=0), "errors": [s.error for s in sessions if s.error], **more}),
          flush=True)


def main():
    given = json.loads(sys.argv[1])
    sessions = [Session(given["terminal" if number % 2 else "pipes"], given["environment"], bool(number % 2),
                        f"{given['seed']}/{number}") for number in range(SESSIONS)]
    over = threading.Event()
    threads = [threading.Thread(target=serve, args=(session, over)) for session in sessions]
    for thread in threads:
        thread.start()
    report(sessions)
    while not select.select([sys.stdin], [], [], 1.0)[0]:
        report(sessions)
    over.set()
    for thread in threads:
        thread.join()
    for number, session in enumerate(sessions):
        (session.hang_up if number % 2 else session.end)()
    report(sessions, statuses=[s.status for s in sessions], same=all(s.same() for s in sessions))


if __name__ == "__main__":
    main()
