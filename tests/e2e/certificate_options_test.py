"""What a certificate forces and does not permit: its command, a terminal."""

import harness
from certificates import CertificateTest


class ForcedCommand(CertificateTest):
    def force(self, name, command, **keys):
        self.certify(name, keys.pop("authority", "people"), "-O", f"force-command={command}", **keys)

    def test_it_runs_instead_of_what_was_typed(self):
        self.force("forced", "echo forced")
        for words in ((), ("echo typed",), ("run:explain echo typed",), ("echo 'unclosed",)):
            with self.subTest(words=words):
                self.assert_ran(self.ssh("plain", *words, person="forced", options=("-T",)), "forced\n")
        self.assertEqual(self.gateway.wait_for_audit("run.started", person="bob")["command"], "echo forced")

    def test_it_passes_the_policy_like_any_other(self):
        self.force("beyond", "cat /etc/passwd")
        result = self.ssh("plain", "echo typed", person="beyond")
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertIn("no rule allows 'cat /etc/passwd' to bob", result.stderr)

    def test_it_is_split_into_words_and_given_to_no_shell(self):
        self.force("shell", "echo a; echo b")
        result = self.ssh("plain", "true", person="shell")
        self.assertEqual((result.status, result.stdout), (64, b""))

    def test_it_admits_no_words_for_the_gateway(self):
        for name, command in (("explains", "run:explain echo x"), ("pipes", "run:nopty echo x"), ("blank", " ")):
            with self.subTest(name=name):
                self.force(name, command)
                result = self.ssh("plain", "echo typed", person=name)
                self.assertEqual((result.status, result.stdout), (77, b""))
                self.assertIn(f"the command that the certificate ID '{name}' ", result.stderr)
                self.assertIn("it must be a command without run: words", result.stderr)

    def test_it_does_not_admit_the_gateways_own_commands(self):
        self.force("service", "ps")
        for words in ((), ("ps",), ("help",)):
            with self.subTest(words=words):
                result = self.ssh("oneoff", *words, person="service", options=("-T",))
                self.assertEqual((result.status, result.stdout), (77, b""))
                self.assertIn("forces a command, so oneoff@ is denied", result.stderr)


class Terminals(CertificateTest):
    def test_with_permit_pty_there_is_one(self):
        self.certify("permitted", "people")
        terminal = self.run_terminal("plain", "tty", person="permitted")
        terminal.expect(rb"/dev/pts/\d+")
        self.assertEqual(terminal.wait(), 0)

    def test_without_it_there_is_none_and_it_is_said(self):
        self.certify("plain", "people", "-O", "clear")
        self.assert_ran(self.ssh("plain", "echo in", person="plain"), "in\n")
        terminal = self.run_terminal("plain", "tty", person="plain")
        terminal.expect(rb"oneoff: plain: the certificate ID 'plain' \(serial 0\) CA SHA256:\S+ permits no terminal "
                        rb"\(permit-pty\); type it with ssh -T\r\n")
        self.assertEqual(terminal.wait(), 64)
        terminal = self.run_terminal("oneoff", person="plain")
        terminal.expect(rb"You are bob ")
        self.assertEqual(terminal.wait(), 0)

    def test_without_it_no_terminal_is_attached_to_either(self):
        self.certify("starts", "people")
        self.certify("comes", "people", "-O", "clear")
        started = self.run_terminal("plain", "run:detached sh -c 'while :; do sleep 0.05; done'", person="starts")
        self.assertEqual(started.wait(), 0)
        run = self.gateway.wait_for_audit("run.started", pty=True)["run"]
        terminal = self.run_terminal("oneoff", "attach", run, person="comes")
        terminal.expect(rb"oneoff: attach: plain\+v2 run %s has a terminal, and the certificate ID 'comes' "
                        rb"\(serial 0\) CA SHA256:\S+ permits none \(permit-pty\)\r\n" % run.encode())
        self.assertEqual(terminal.wait(), 64)
        self.assertEqual(self.ssh("oneoff", "stop", "--force", run, person="starts").status, 0)


if __name__ == "__main__":
    harness.main()
