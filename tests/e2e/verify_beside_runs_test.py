"""`oneoff audit verify` beside a stream of short runs reports no fault: it looks again at what changed meanwhile."""

import threading

import harness

RUNNERS = 3   # each runs one command after another
CALLS = 40    # of `oneoff audit verify`


class VerifyBesideRuns(harness.GatewayTest):
    app = {"limits": {"runs": 50, "runs_per_person": 50}}

    def run_until(self, over, runs):
        while not over.is_set():
            result = self.ssh("plain", "sh -c 'seq 1 500; exit 7'", options=("-tt",) if len(runs) % 2 else ())
            runs.append(result)

    def test_no_call_finds_a_fault(self):
        over = threading.Event()
        runs = [[] for _ in range(RUNNERS)]
        threads = [threading.Thread(target=self.run_until, args=(over, mine)) for mine in runs]
        for thread in threads:
            thread.start()
        try:
            harness.wait_until(lambda: self.gateway.audit("recording.ended"), "the first recording that is archived")
            before = sum(map(len, runs))
            for call in range(CALLS):
                with self.subTest(call=call):
                    result = self.gateway.oneoff("audit", "verify", *(["--quiet"] if call % 3 == 0 else []))
                    self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            during = sum(map(len, runs)) - before
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self.assertGreater(during, RUNNERS)
        for result in sum(runs, []):
            self.assertEqual(result.status, 7, result.stderr)


if __name__ == "__main__":
    harness.main()
