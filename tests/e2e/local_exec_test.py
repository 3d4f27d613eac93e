"""`oneoff exec TYPE` becomes the process: the same pid, the app's user, the environment that one-offs get."""

import os
import signal
import socket
import subprocess
import unittest

import apps
import local
import processes
from waiting import wait_until

ROOT = os.getuid() == 0


class LocalExec(local.LocalTest):
    def start(self, *words, cwd="shop", **popen):
        process = subprocess.Popen(self.argv(*words), cwd=self.directory / cwd, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **popen)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()

    def lay_out(self, procfile):
        self.write("shop/Procfile", procfile)
        self.write("shop/.env", "GREETING='from .env'\nSECONDS=100\n")

    def became(self, process, name):
        wait_until(lambda: processes.name(process.pid) == name, f"the process to become {name}")

    def test_it_is_the_process_itself(self):
        self.lay_out("web: sleep $SECONDS\nworker: A=1 sleep 100\n")
        for kind in ("web", "worker"):
            process = self.start("exec", kind)
            self.became(process, "sleep")
            self.assertEqual(processes.command_line(process.pid), "sleep 100")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(20), -signal.SIGTERM)

    def test_its_environment_is_that_of_a_one_off(self):
        self.lay_out("web: exec env\n")
        process = self.start("exec", "web")
        out, err = process.communicate(timeout=20)
        got = sorted(line for line in out.decode().splitlines() if not line.startswith("PWD="))  # the shell's own
        self.assertEqual((got, err), (sorted(self.oneoff("run", "env", cwd="shop").stdout.splitlines()), b""))

    def test_a_name_of_the_app_file_will_do(self):
        self.write("shop/oneoff.json", '{"commands": {"clock": {"run": "echo tick"}}}')
        self.assert_ran(self.oneoff("exec", "clock", cwd="shop"), "tick\n", stderr="")

    def test_what_there_is_not_is_refused_with_what_there_is(self):
        self.lay_out("web: true\nworker: true\n")
        self.assert_refused(self.oneoff("exec", "wbe", cwd="shop"), 64,
                            "oneoff: shop+checkout: wbe: no such process; the Procfile has web, worker\n")
        self.assert_refused(self.oneoff("exec", "--app", "shop", "web", cwd="shop"), 65,
                            f"oneoff: shop: no such app in {self.root}/etc/apps\n")

    def test_a_program_that_there_is_not_is_127(self):
        self.lay_out("web: no-such-program\n")
        self.assertEqual(self.oneoff("exec", "web", cwd="shop").returncode, 127)

    def test_sockets_of_a_service_manager_are_passed_on(self):
        self.lay_out("web: exec sh -c 'echo $LISTEN_FDS $NOTIFY_SOCKET; [ $LISTEN_PID = $$ ] && ls /proc/$$/fd'\n")
        with socket.socket() as listening:
            def pass_socket():
                os.dup2(listening.fileno(), 3)
                os.set_inheritable(3, True)
                os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", NOTIFY_SOCKET="/run/x", LEAK="1")
                os.execv(local.ONEOFF, [str(word) for word in self.argv("exec", "web")])
            process = self.start("exec", "web", preexec_fn=pass_socket, close_fds=False)
            out, err = process.communicate(timeout=20)
        self.assertEqual((out.decode().split(), err), (["1", "/run/x", "0", "1", "2", "3"], b""))

    @unittest.skipUnless(ROOT, "needs root")
    def test_root_becomes_the_apps_user(self):
        plain = apps.Plain(self.directory / "apps/plain", self.directory)
        plain.write("releases/v2/Procfile", "web: exec sleep 100\n")
        plain.own()
        self.write("installation/etc/apps/plain.json", f'{{"root": "{plain.directory}", "umask": "0013", "limits": {{"open_files": 512}}}}')
        process = self.start("exec", "--app", "plain", "web", cwd="")
        self.became(process, "sleep")
        uid = apps.pwd.getpwnam(apps.user()).pw_uid
        status = processes.read(process.pid, "status").decode()
        self.assertRegex(status, rf"Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n")
        self.assertRegex(status, r"Umask:\t0013\n")
        self.assertRegex(processes.read(process.pid, "limits").decode(), r"Max open files +512 +512 ")
        self.assertEqual(os.readlink(f"/proc/{process.pid}/cwd"), str((plain.directory / "releases/v2").resolve()))
        environment = dict(line.split("=", 1) for line in processes.read(process.pid, "environ").decode().split("\0") if line)
        self.assertEqual((environment["ONEOFF_APP"], environment["ONEOFF_RELEASE"], environment["USER"]),
                         ("plain", "v2", apps.user()))


if __name__ == "__main__":
    unittest.main()
