"""Without a terminal, stdout and stderr stay apart, and nothing but the command's is on either."""

import harness


class StdoutStderrApart(harness.GatewayTest):
    def test_each_stream_holds_its_own(self):
        result = self.ssh("plain", "sh -c 'echo out; echo err >&2; echo out again'")
        self.assert_ran(result, "out\nout again\n", stderr="err\n")

    def test_each_can_be_opened_by_name(self):
        result = self.ssh("plain", "sh -c 'cat /dev/stdin > /dev/stdout; echo err > /dev/stderr'", stdin=b"in\n")
        self.assert_ran(result, "in\n", stderr="err\n")

    def test_a_silent_command_leaves_both_empty(self):
        self.assert_ran(self.ssh("plain", "true"), "")

    def test_much_of_both_arrives_whole(self):
        count = 20000
        script = f"i=0; while [ $i -lt {count} ]; do echo $i; echo $i >&2; i=$((i+1)); done"
        lines = "".join(f"{number}\n" for number in range(count))
        self.assert_ran(self.ssh("plain", f"sh -c '{script}'"), lines, stderr=lines)

    def test_stdout_may_be_closed_while_stderr_goes_on(self):
        result = self.ssh("plain", "sh -c 'echo one; exec >&-; echo two >&2; exit 5'")
        self.assert_ran(result, "one\n", status=5, stderr="two\n")


if __name__ == "__main__":
    harness.main()
