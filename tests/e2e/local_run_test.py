"""`oneoff run` in a checkout: the command's own streams and status, the release's environment, no gateway."""

import json
import os
import pty
import re
import signal
import subprocess
import unittest

import local
from waiting import wait_until

PROCFILE = "web: exec sleep 100\nhello: echo hello \"$GREETING\"\n"


class LocalRun(local.LocalTest):
    def setUp(self):
        super().setUp()
        self.write("shop/Procfile", PROCFILE)
        self.write("shop/.env", "GREETING='from .env'\nSECRET=s3cr3t-value\n")
        self.write("shop/lib/tasks/none", "")

    def test_words_are_taken_as_the_shell_split_them(self):
        self.assert_ran(self.oneoff("run", "printf", "%s|", "a b", "$HOME", "", "it's", "*", cwd="shop"), "a b|$HOME||it's|*|")
        self.assert_ran(self.oneoff("run", "--", "printf", "%s|", "--", "--root", "x", cwd="shop"), "--|--root|x|")

    def test_it_runs_at_the_top_of_the_checkout(self):
        self.assert_ran(self.oneoff("run", "pwd", cwd="shop/lib/tasks"), f"{self.directory / 'shop'}\n")

    def test_a_name_of_the_procfile_is_its_command(self):
        self.assert_ran(self.oneoff("run", "hello", cwd="shop"), "hello from .env\n")

    def test_the_environment_is_the_apps_and_nothing_of_the_callers(self):
        said = self.oneoff("run", "VERBOSE=1", "env", cwd="shop").stdout
        names = re.findall(r"^(\w+)=", said, re.M)
        self.assertEqual(names, ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "GREETING", "SECRET",
                                 "ONEOFF_APP", "ONEOFF_RELEASE", "VERBOSE"])
        self.assertIn(f"USER={local.CALLER}\n", said)
        self.assertIn("ONEOFF_APP=shop\n", said)

    def test_the_status_is_the_commands(self):
        self.assert_ran(self.oneoff("run", "sh", "-c", "echo out; echo err >&2; exit 7", cwd="shop"), "out\n", 7,
                        local.NOTICE + "err\n")
        self.assert_ran(self.oneoff("run", "sh", "-c", "kill -TERM $$", cwd="shop"), "", 143)

    def test_stdin_is_the_commands(self):
        self.assert_ran(self.oneoff("run", "wc", "-c", cwd="shop", input="x" * 100000), "100000\n")

    def test_signals_reach_the_command(self):
        process = subprocess.Popen(self.argv("run", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done"),
                                   cwd=self.directory / "shop", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(process.stdout.close)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 9)

    def test_the_terminal_is_the_commands_own(self):
        pid, master = pty.fork()
        if pid == 0:
            os.chdir(self.directory / "shop")
            os.environ["TERM"] = "vt100"
            os.execv(local.ONEOFF, [str(word) for word in self.argv("run", "sh", "-c", "tty >&2; echo TERM=$TERM; exec cat")])
        self.addCleanup(os.close, master)
        said = b""

        def shown(text):
            nonlocal said
            said += os.read(master, 4096)
            return text in said

        wait_until(lambda: shown(b"TERM=vt100"), "the command to begin")
        self.assertIn(b"/dev/pts/", said)
        os.write(master, b"\x03")  # Ctrl-C: for cat and the shell, from the terminal itself
        def status():
            done, how = os.waitpid(pid, os.WNOHANG)
            return done and (os.waitstatus_to_exitcode(how),)
        self.assertEqual(wait_until(status, "oneoff to end"), (130,))

    def test_what_only_a_shell_knows_is_refused_with_advice(self):
        result = self.oneoff("run", "cd", "/", cwd="shop")
        self.assertEqual((result.returncode, result.stdout), (64, ""))
        self.assertIn("every command starts in the release", result.stderr)

    def test_a_variable_that_changes_what_is_loaded_is_refused(self):
        self.assert_refused(self.oneoff("run", "LD_PRELOAD=/x.so", "true", cwd="shop"), 77,
                            "oneoff: a variable in front of a command must not change which programs are found "
                            "or loaded; the app's own config may set it\n")

    def test_a_long_running_process_is_no_one_off(self):
        self.assertEqual(self.oneoff("run", "web", cwd="shop").returncode, 64)

    def test_where_there_is_no_checkout_it_says_what_it_looked_for(self):
        result = self.oneoff("run", "true", cwd="installation")
        self.assertEqual(result.returncode, 64)
        self.assertIn("no app here: neither this folder nor one above it holds any of oneoff.json, Procfile,", result.stderr)

    def test_an_app_file_in_the_checkout_counts(self):
        self.write("shop/oneoff.json", '{"env": {"GREETING": "from oneoff.json"}, "commands": {"hi": {"run": "echo hi"}}}')
        self.assert_ran(self.oneoff("run", "hello", cwd="shop"), "hello from oneoff.json\n")
        self.assert_ran(self.oneoff("run", "hi", cwd="shop"), "hi\n")
        self.write("shop/oneoff.json", '{"root": "/srv/shop"}')
        result = self.oneoff("run", "hello", cwd="shop")
        self.assertEqual(result.returncode, 78)
        self.assertIn("is where this file lies", result.stderr)

    def test_a_checkout_of_the_gateways_apps_is_refused(self):
        self.write("installation/etc/apps/store.json", f'{{"root": "{self.directory}/shop", "user": "{local.CALLER}"}}')
        self.assert_refused(self.oneoff("run", "rake", "a b", cwd="shop/lib"), 77,
                            "oneoff: this checkout belongs to store, an app of this host's gateway; type: oneoff run "
                            "--app store rake 'a b'\n")

    def test_env_prints_what_a_command_would_get(self):
        lines = self.oneoff("env", cwd="shop").stdout
        self.assertIn("GREETING='from .env'\n", lines)
        run = self.oneoff("run", "env", cwd="shop").stdout
        self.assertEqual([line.split("=")[0] for line in lines.splitlines()], [line.split("=")[0] for line in run.splitlines()])
        self.assertIn('"GREETING": "from .env"', self.oneoff("env", "--json", cwd="shop").stdout)

    def test_env_shows_a_terminal_nothing_that_it_would_act_on(self):
        self.write("shop/oneoff.json", json.dumps({"env": {"TITLE": "it's \x1b]0;no\x07\u202e"}}))
        master, slave = os.openpty()
        subprocess.run(self.argv("env"), cwd=self.directory / "shop", stdout=slave, check=True)
        self.addCleanup(os.close, master)
        shown = os.read(master, 65536)  # all of it: a terminal holds 4096 bytes
        os.close(slave)
        self.assertIn(rb"TITLE=$'it\'s \x1b]0;no\x07\xe2\x80\xae'", shown)
        quoted = shown.split(b"TITLE=")[1].split(b"\r\n")[0]
        said = subprocess.run(["bash", "-c", b"printf %s " + quoted], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual(said.decode(), "it's \x1b]0;no\x07\u202e")

    def test_explain_names_everything_and_shows_no_value(self):
        result = self.oneoff("explain", "hello", "x", cwd="shop")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for part in ("shop+checkout", str(self.directory / "shop"), local.CALLER, "a name in the Procfile"):
            self.assertIn(part, result.stdout)
        self.assertRegex(result.stdout, r"(?m)^limits: +open files \d+, umask \d{4}$")  # nobody ends it here
        self.assertRegex(result.stdout, r"SECRET\s+\.env:2")
        self.assertNotIn("s3cr3t-value", result.stdout)


if __name__ == "__main__":
    unittest.main()
