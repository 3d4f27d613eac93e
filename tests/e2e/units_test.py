"""The units, under a real systemd: they are clean, serve over ssh, and neither's restart ends a run."""

import os
import pathlib
import re
import shutil
import signal
import socket
import tempfile
import unittest

import processes
import systemd_host
from client import Client, make_key
from waiting import wait_until

UNITS = ("oneoff-gateway.socket", "oneoff-gateway.service", "oneoff-broker.service", "oneoff-app@.service")
POLICY = '{"rules": [{"name": "all", "who": ["alice"], "apps": ["*"], "run": ["..."], "shell": true}]}'
PROCFILE = "web: bin/web $PORT\nhello: echo hello\n"


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = systemd_host.start(cls)
        cls.host.install()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        (cls.directory / "keys").mkdir(mode=0o700)
        make_key(cls.directory / "keys/alice")
        cls.host.run("useradd", "--system", "--create-home", "shop")
        cls.host.write("/srv/shop/Procfile", PROCFILE)
        cls.host.write("/srv/shop/.env", "PORT=4000\nSECRET=s3cr3t-value\n")
        cls.host.write("/srv/shop/bin/web", "#!/bin/sh\nexec sleep 1000\n", 0o755)
        cls.host.run("chown", "-R", "shop:", "/srv/shop")
        cls.host.write("/etc/oneoff/apps/shop.json", '{"root": "/srv/shop", "umask": "0013", "limits": {"open_files": 512}}')
        cls.host.write("/etc/oneoff/policy.json", POLICY)
        cls.host.write("/etc/oneoff/gateway.json", '{"penalties": {"exempt": ["127.0.0.1"]}}')
        cls.host.write("/etc/oneoff/people/alice.pub", (cls.directory / "keys/alice.pub").read_text())
        cls.host.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/oneoff/host_keys/ssh_host_ed25519_key")
        # A port that nobody has: this machine's network is the host's, too.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            cls.port = port = free.getsockname()[1]
        cls.host.write("/etc/systemd/system/oneoff-gateway.socket.d/port.conf", f"[Socket]\nListenStream=\nListenStream=127.0.0.1:{port}\n")
        cls.host.run("systemctl", "daemon-reload")
        cls.host.run("systemctl", "start", "oneoff-broker.service", "oneoff-gateway.service", timeout=90)
        cls.client = Client(cls.directory, port, [cls.host.read("/etc/oneoff/host_keys/ssh_host_ed25519_key.pub")])

    def test_they_are_clean(self):
        said = self.host.run("systemd-analyze", "verify", "--man=no", "--recursive-errors=yes",
                             *[f"/usr/lib/systemd/system/{unit}" for unit in UNITS])
        self.assertEqual(said.stdout + said.stderr, "")

    def test_commands_run_over_ssh(self):
        result = self.client.ssh("shop", "hello")
        self.assertEqual((result.status, result.stdout, result.stderr), (0, b"hello\n", ""))

    def test_nothing_restricts_a_command(self):
        status = self.client.ssh("shop", "cat /proc/self/status").stdout.decode()
        self.assertRegex(status, r"NoNewPrivs:\t0\n")
        # The container's own filters, and none more.
        filters = re.search(r"Seccomp_filters:\t\d+\n", processes.read(self.host.leader, "status").decode())[0]
        self.assertIn(filters, status)

    def restart(self, unit):
        """A run goes on while `unit` is restarted, and its client hears all of it."""
        fifo = f"/srv/shop/{unit}.fifo"
        self.host.run("mkfifo", "-m", "666", fifo)
        process = self.client.start("shop", f"sh -c 'echo begun; cat {fifo}; exit 9'")
        try:
            self.assertEqual(process.stdout.read(6), b"begun\n")
            before = self.host.main_process(unit)
            self.host.run("systemctl", "restart", unit, timeout=90)
            after = self.host.main_process(unit)
            self.assertNotEqual((before, after), (before, before))
            self.host.run("sh", "-c", f"echo survived > {fifo}")
            out, err = process.communicate(timeout=30)
            self.assertEqual((process.returncode, out, err), (9, b"survived\n", b""), self.host.journal()[-4000:])
        finally:
            process.kill()
            process.wait()

    def test_a_run_survives_the_gateways_restart(self):
        self.restart("oneoff-gateway.service")
        self.assertEqual(self.client.ssh("shop", "hello").stdout, b"hello\n")

    def test_a_run_survives_the_brokers_restart(self):
        self.restart("oneoff-broker.service")
        wait_until(lambda: self.client.ssh("shop", "hello").stdout == b"hello\n", "the broker to be back")

    def test_the_gateway_executes_itself_anew_after_crashes(self):
        gateway = self.host.main_process("oneoff-gateway.service")
        run = self.client.start("shop", "sh -c 'echo begun; exec cat'")
        try:
            self.assertEqual(run.stdout.read(6), b"begun\n")
            others = set(processes.descendants(gateway))
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", self.port)):
                    session = wait_until(lambda: set(processes.descendants(gateway)) - others, "the session").pop()
                    os.kill(session, signal.SIGABRT)  # no sanitizer handles it
                    wait_until(lambda: session not in processes.descendants(gateway), "its end")
            wait_until(lambda: "executed itself anew" in self.host.journal("oneoff-gateway"), "the gateway's word")
            out, err = run.communicate(b"still there\n", timeout=30)
            self.assertEqual((run.returncode, out, err), (0, b"still there\n", b""))
        finally:
            run.kill()
            run.wait()
        self.assertEqual(self.client.ssh("shop", "hello").stdout, b"hello\n")
        self.assertEqual(self.host.main_process("oneoff-gateway.service"), gateway)

    def test_an_apps_process_is_a_unit(self):
        unit = "oneoff-app@shop:web.service"
        self.host.run("systemctl", "start", unit)
        web = self.host.main_process(unit)
        # By then systemd has executed `oneoff exec`, which becomes the process.
        wait_until(lambda: processes.command_line(web) == "sleep 1000", "the process")
        uid = int(self.host.run("id", "-u", "shop").stdout)
        status = processes.read(web, "status").decode()
        self.assertRegex(status, rf"Uid:\t{uid}\t{uid}\t{uid}\t{uid}\n")
        self.assertRegex(status, r"Umask:\t0013\n")
        self.assertRegex(processes.read(web, "limits").decode(), r"Max open files +512 +512 ")
        environment = processes.read(web, "environ").decode()
        self.assertIn("PORT=4000\0", environment)
        self.assertIn("ONEOFF_APP=shop\0", environment)
        self.host.run("systemctl", "stop", unit)
        self.assertEqual(self.host.unit(unit, "Result")["Result"], "success")

    def test_an_app_that_there_is_not_is_not_started_again_and_again(self):
        unit = "oneoff-app@nosuch:web.service"
        self.host.run("systemctl", "start", unit, check=False)
        wait_until(lambda: self.host.unit(unit, "ActiveState")["ActiveState"] == "failed", "the unit to fail")
        self.assertIn("nosuch: no such app in /etc/oneoff/apps", self.host.journal(unit))
        self.assertEqual(self.host.unit(unit, "NRestarts")["NRestarts"], "0")


if __name__ == "__main__":
    unittest.main()
