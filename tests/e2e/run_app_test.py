"""`oneoff run --app`: a run through the broker, as whom unix_users names the caller; like one over ssh."""

import os
import re
import signal
import subprocess
import unittest

import harness
import local_callers

READY = "echo ready; while :; do sleep 0.02; done"


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class RunApp(local_callers.LocalCallerTest):
    settings = {"term_after": "300ms", "kill_after": "300ms"}

    def test_it_runs_as_the_person_whom_unix_users_names(self):
        result = self.call("plain", "sh", "-c", 'id -un; echo "$GREETING"')
        self.assert_ran(result, f"{harness.apps.user()}\nfrom shared/.env\n")
        started = self.gateway.wait_for_audit("run.started")
        self.assertEqual([started[key] for key in ("person", "source", "key", "app", "release", "rule", "pty")],
                         ["robot", "unix:games", "", "plain", "v2", "robots", False])
        ended = self.gateway.wait_for_audit("run.ended", run=started["run"])
        self.assertEqual((ended["how"], ended["status"], ended["person"]), ("exited", 0, "robot"))
        listed = self.gateway.oneoff("recordings", "--who", "robot", "--json").stdout
        self.assertIn(f'"run":"{started["run"]}"', listed)
        self.assertIn('"source":"unix:games"', listed)

    def test_the_status_is_the_commands(self):
        for command, status in (("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)):
            self.assertEqual(self.call("plain", "sh", "-c", command).status, status, command)
        self.assertEqual(self.call("plain", "nonesuch").status, 127)

    def test_words_arrive_as_the_callers_shell_split_them(self):
        words = ("a b", "$HOME", "", "it's", "*", "x;y", "~", "#", "{a,b}", 'say "hi"', "back\\slash", "two\nlines")
        self.assert_ran(self.call("plain", "printf", "%s|", *words), "".join(word + "|" for word in words))
        self.assert_ran(self.call("plain", "--", "printf", "%s|", "--", "-t", "--app"), "--|-t|--app|")

    def test_a_release_is_named_as_over_ssh(self):
        self.assert_ran(self.call("plain+v1", "bin/which"), "v1\n")
        self.assertEqual(self.call("plain+v9", "bin/which").status, 65)
        self.assertEqual(self.call("pl ain", "true").status, 65)

    def test_stdin_is_binary_clean_and_half_closes(self):
        data = os.urandom(3 << 20)
        self.assert_ran(self.call("plain", "sh", "-c", "cat; echo end", stdin=data), data + b"end\n")

    def test_stdout_and_stderr_are_apart(self):
        self.assert_ran(self.call("plain", "sh", "-c", "echo out; echo err >&2"), "out\n", stderr="err\n")

    def test_who_reads_no_more_ends_the_writer(self):
        process = self.start("plain", "sh", "-c", "yes; echo $? >&2")
        self.assertEqual(process.stdout.readline(), b"y\n")
        process.stdout.close()
        self.assertIn(process.stderr.readline(), (b"141\n", b"yes: standard output: Broken pipe\n"))
        self.assertEqual(process.wait(20), 0)

    def test_closed_streams_do_no_harm(self):
        shell = '"$@" >&- 2>&-; echo $?'
        argv = ["sh", "-c", shell, "sh", *self.argv("plain", "sh", "-c", "echo out; echo err >&2; exit 5")]
        result = subprocess.run(argv, capture_output=True, timeout=60, **local_callers.as_account("games"))
        self.assertEqual((result.stdout, result.stderr), (b"5\n", b""))

    def test_signals_reach_the_command(self):
        for number, name in ((signal.SIGINT, "INT"), (signal.SIGTERM, "TERM"), (signal.SIGHUP, "HUP"), (signal.SIGUSR1, "USR1")):
            process = self.start("plain", "sh", "-c", f"trap 'echo got {name}; exit 9' {name}; {READY}")
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(number)
            self.assertEqual(process.stdout.read(), b"got %s\n" % name.encode())
            self.assertEqual(process.wait(20), 9)

    def test_output_that_cannot_be_written_is_told(self):
        with open("/dev/full", "wb") as full:
            process = self.start("plain", "echo", "x", stdout=full)
            _, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, err.decode()),
                         (70, "oneoff: stdout: No space left on device: what the run printed is not whole\n"))

    def test_input_that_cannot_be_read_is_no_end_of_input(self):
        marker = self.plain.directory / "releases/v2/tmp/whole"
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        process = self.start("plain", "sh", "-c", f"cat >/dev/null; touch {marker}", stdin=folder)
        _, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, err.decode()), (70, "oneoff: stdin: Is a directory: the run was hung up\n"))
        self.gateway.wait_for_audit("run.ended", how="hangup")
        self.assertFalse(marker.exists())

    def test_a_killed_caller_is_a_lost_line(self):
        process = self.start("plain", "sh", "-c", f": killed; {READY}")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        run = self.gateway.wait_for_audit("run.started", command=f"sh -c ': killed; {READY}'")["run"]
        process.kill()
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["status"]), ("lost_line", 129))
        harness.wait_until(lambda: not self.commands(), "the command to be gone")

    def test_what_a_rule_accepts_of_the_callers_environment_and_nothing_else(self):
        words = ("sh", "-c", 'echo "$VERBOSE|$LEAK|$TERM"')
        env = {"VERBOSE": "1", "LEAK": "1", "TERM": "vt100"}
        self.assert_ran(self.call("plain", *words, env=env), "||\n")
        self.assert_ran(self.call("plain", *words, env=env, options=("--env", "VERBOSE", "--env", "LEAK")), "1||\n")
        self.assert_ran(self.call("plain", *words, options=("--env", "VERBOSE=a b")), "a b||\n")
        self.assert_ran(self.call("plain", "VERBOSE=2 3", *words), "2 3||\n")
        self.assertEqual(self.call("plain", "LEAK=1", *words).status, 77)

    def test_a_command_that_is_too_long_is_on_the_record(self):
        command = "echo " + " ".join(["x" * 40000] * 4)
        result = self.call("plain", *command.split())
        self.assertEqual((result.status, result.stdout), (64, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: the command is longer than 131071 bytes, or too long together ")
        self.gateway.wait_for_audit("run.denied", person="robot", command=command[:1003] + "... (4096 bytes, cut)",
                                    status=64)

    def test_explain_runs_nothing(self):
        result = self.call("plain", "run:explain", "VERBOSE=a b", "echo", "x")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"allowed: robot may run", result.stdout)
        self.assertEqual(self.gateway.audit("run.started", command="VERBOSE='a b' echo x"), [])

    def test_who_may_not_is_denied_and_told_what_to_type(self):
        result = self.call("plain", "rm", "x", account="news")
        self.assertEqual((result.status, result.stdout), (77, b""))
        denied = self.gateway.wait_for_audit("run.denied", person="carol")
        self.assertEqual((denied["source"], denied["key"], denied["command"], denied["status"]),
                         ("unix:news", "", "rm x", 77))
        self.assert_ran(self.call("plain", "hello", account="news"), "hello from shared/.env\n")
        self.assertIn("oneoff run --app plain hello\n", self.call("plain", account="news").stderr)
        self.assert_refused(self.call("shop", "true", account="news"), 77,
                            "oneoff: shop: no rule lets carol use it; see what you may use: oneoff run --app oneoff\n")

    def test_the_gateways_own_commands_are_there_too(self):
        said = self.call("oneoff").stdout.decode()
        self.assertTrue(said.startswith("You are robot (by unix_users), from unix:games, in robots.\n"), said)
        self.assert_ran(self.call("oneoff", "apps"), "plain\n")

    def test_an_account_that_is_not_written_stands_for_nobody_root_neither(self):
        for account in ("daemon", "root"):
            self.assert_refused(self.call("plain", "true", account=account), 77,
                                f"oneoff: the UNIX user {account} stands for no person here; the operator of this gateway can "
                                "add it to \"unix_users\" in policy.json\n")
        for _ in range(20):
            self.call("plain", "true", account="daemon")
        harness.wait_until(lambda: sum(record["count"] for record in self.gateway.audit(
            "authentications.failed", source="unix:daemon")) == 21, "the refusals, summed")
        self.assertLess(len(self.gateway.audit("authentications.failed", source="unix:daemon")), 8)
        self.assertEqual(self.gateway.audit("run.denied", source="unix:daemon"), [])

    def test_a_changed_policy_counts_for_the_next_request(self):
        self.addCleanup(self.gateway.policy, self.policy)
        self.assertEqual(self.call("plain", "true").status, 0)
        self.gateway.policy({**self.policy, "unix_users": {"news": "carol"}})
        self.assertEqual(self.call("plain", "true").status, 77)

    def test_an_account_that_runs_an_app_stands_for_no_person(self):
        self.addCleanup(self.gateway.policy, self.policy)
        owner = harness.apps.user()
        for entry, user in (("games", "games"), ({"person": "robot"}, "games")):
            with self.subTest(entry=entry):
                self.gateway.policy({**self.policy, "unix_users": {user: "robot" if entry == "games" else entry}})
                self.gateway.app("other", self.plain.directory, user=user)
                result = self.call("plain", "true")
                self.assertEqual((result.status, result.stdout), (77, b""))
                self.assertIn("the UNIX user games stands for no person, because the commands of the app other run as "
                              "games", result.stderr)
                checked = self.gateway.oneoff("config", "check")
                self.assertEqual(checked.returncode, 78)
                self.assertIn("unix_users: the commands of the app other run as 'games'", checked.stderr)
                self.assertEqual(self.gateway.oneoff("policy", "explain", "unix:games", "plain", "true").returncode, 64)
        self.gateway.policy({**self.policy, "unix_users": {"games": {"person": "robot", "apps_user": True}}})
        self.assertEqual(self.call("plain", "true").status, 0)
        self.assertEqual(self.gateway.oneoff("config", "check").returncode, 0)
        # The owner of an app's folder is its user where the app's file names none.
        (self.gateway.root / "etc/apps/other.json").unlink()
        self.gateway.policy({**self.policy, "unix_users": {owner: "robot"}})
        self.assertIn("because the commands of the app plain run as", self.call("plain", "true", account=owner).stderr)

    def test_what_needs_a_terminal_says_how(self):
        self.gateway.app("plain", self.plain.directory, commands={"dialog": {"run": "cat", "pty": True}})
        self.addCleanup(self.gateway.app, "plain", self.plain.directory)
        self.assert_refused(self.call("plain", "dialog"), 64,
                            "oneoff: plain: dialog needs a terminal; type: oneoff run -t --app plain dialog\n")

    def test_options_of_the_gateways_are_none_of_a_checkouts(self):
        result = self.gateway.oneoff("run", "-t", "true")
        self.assertEqual(result.returncode, 64)
        self.assertIn("-t, -T and --env need --app", result.stderr)

    def test_the_policys_page_about_accounts(self):
        self.addCleanup(self.gateway.policy, self.policy)
        self.gateway.policy({**self.policy, "unix_users": {"games": "robot", "nonesuch-7": "robot"}})
        result = self.gateway.oneoff("policy", "check")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stderr, r"policy\.json:\d+: warning: unix_users: this host has no account 'nonesuch-7'")
        said = self.gateway.oneoff("policy", "explain", "unix:games", "plain", "true")
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("unix_users: games asks as robot\n", said.stdout)
        self.assertEqual(self.gateway.oneoff("policy", "explain", "unix:gamse", "plain", "true").stderr,
                         "oneoff: gamse: no such account in unix_users; did you mean games?\n")


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class RunAppOnATerminal(local_callers.LocalCallerTest):
    settings = {"term_after": "300ms", "kill_after": "300ms"}

    def test_a_terminal_is_the_runs(self):
        terminal = self.type("plain", "sh", "-c", "stty size; tty; echo TERM=$TERM", rows=51, columns=133)
        terminal.expect(rb"oneoff: plain\+v2 \(3f2a91c\) run \w+ as robot\r\n51 133\r\n/dev/pts/\d+\r\nTERM=xterm\r\n")
        self.assertEqual(terminal.wait(), 0)

    def test_each_resize_reaches_the_command(self):
        terminal = self.type("plain", "sh", "-c", f'trap "stty size" WINCH; {READY}')
        terminal.expect(rb"ready")
        for rows, columns in ((40, 100), (1, 1)):
            terminal.resize(rows, columns)
            terminal.expect(rb"\b%d %d\r\n" % (rows, columns))
        terminal.send(b"\x03")  # a key, which goes to the command's own terminal
        self.assertEqual(terminal.wait(), 130)

    def test_the_callers_terminal_is_as_it_was(self):
        script = 'before=$(stty -g); "$@"; echo "status $?"; [ "$before" = "$(stty -g)" ] && echo same'
        for words, number, status in ((("true",), None, 0), (("sh", "-c", READY), signal.SIGTERM, 143)):
            terminal = self.type("plain", *words, around=["sh", "-c", script, "sh"])
            if number:
                terminal.expect(rb"ready")
                process = harness.wait_until(lambda: self.callers(), "the caller")[0]
                os.kill(process, number)
            terminal.expect(rb"status %d\r\nsame\r\n" % status)
            self.assertEqual(terminal.wait(), 0)

    def test_a_closed_terminal_hangs_the_run_up(self):
        terminal = self.type("plain", "sleep", "303")
        terminal.expect(rb"as robot\r\n")
        run = self.gateway.wait_for_audit("run.started", command="sleep 303")["run"]
        os.close(terminal.fd)
        terminal.fd = -1
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual((ended["how"], ended["status"]), ("hangup", 129))

    def test_modes_are_the_terminals(self):
        terminal = self.type("plain", "stty", "-a", around=["sh", "-c", 'stty intr ^G -ixon; "$@"', "sh"])
        self.assertEqual(terminal.wait(), 0)
        self.assertIn(b"intr = ^G;", terminal.output)
        self.assertRegex(terminal.output, rb"\s-ixon\b")

    def test_a_terminal_is_left_out_where_it_is_not_wanted(self):
        terminal = self.type("plain", "sh", "-c", "test -t 1 || echo none", options=("-T",))
        terminal.expect(rb"none\r\n")
        self.assertEqual(terminal.wait(), 0)

    def test_a_terminal_is_there_where_it_is_asked_for(self):
        result = self.call("plain", "sh", "-c", "test -t 0 && stty size", options=("-t",))
        self.assertEqual(result.status, 0)
        self.assertTrue(re.search(rb"as robot\r\n24 80\r\n\Z", result.stdout), result.stdout)


if __name__ == "__main__":
    harness.main()
