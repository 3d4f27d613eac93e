"""A person without rights who asks at full speed: the log grows by a bounded amount, and others run commands."""

import threading

import harness
import rawssh

CONNECTIONS = 4
OTHERS = 10
COMMAND = "x" * 20000


class ATellingRefusal(harness.GatewayTest):
    people = ("alice", "mallory")

    def test_noise_does_not_hide_it(self):
        with rawssh.connect(self.client, "plain", person="mallory") as connection:
            for command in 115 * ["noise"] + ["cat /etc/shadow"] + 2 * ["noise"]:
                channel = connection.session()
                connection.request(channel, "exec", command)
                connection.until(channel, "close")
        harness.wait_until(lambda: any("cat /etc/shadow" in record["commands"] for record in
                                       self.gateway.audit("summed", person="mallory")), "the sum", 30)


class RefusalsBounded(harness.GatewayTest):
    people = ("alice", "bob", "carol", "mallory")
    settings = {"refusals_per_minute": 30}

    def bytes_of_log(self):
        return sum(path.stat().st_size for path in (self.gateway.root / "log/audit").glob("*.jsonl"))

    def test_the_log_grows_by_a_bounded_amount_and_others_run(self):
        before = self.bytes_of_log()
        over = threading.Event()
        answers = []

        def flood():
            while not over.is_set():
                answers.append(self.ssh("plain", COMMAND, person="mallory"))

        threads = [threading.Thread(target=flood) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        try:
            harness.wait_until(lambda: any(answer.status == 75 for answer in answers), "a refusal of the paced", 60)
            for i in range(OTHERS):
                self.assert_ran(self.ssh("plain", f"echo {i}", person="alice" if i % 2 else "bob"), f"{i}\n")
        finally:
            over.set()
            for thread in threads:
                thread.join()
        self.assertLessEqual({answer.status for answer in answers}, {75, 77})
        self.assertIn("oneoff: more than 30 of your requests were refused within a minute, and this one was not read; "
                      "try again in a minute\n", {answer.stderr for answer in answers})
        denied = self.gateway.audit("run.denied", person="mallory")
        self.assertLessEqual(max(len(record["command"]) for record in denied), 1024)
        self.assertIn("(20000 bytes, cut)", denied[0]["command"])
        # Of each refusal a record of at most 4 KiB, and of each connection one of at most 1 KiB.
        self.assertLess(self.bytes_of_log() - before, 110 * 4096 + len(answers) * 1024 + OTHERS * 8192)


if __name__ == "__main__":
    harness.main()
