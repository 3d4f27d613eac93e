"""Whoever connects to the broker's local socket hinders nobody: silent, malformed, or with a trap in its pocket."""

import array
import json
import os
import signal
import socket
import struct
import time
import unittest

import harness
import local_callers
import processes
from cast import Cast

MOST_OF_ACCOUNT = 32


def request(command="true", user="plain", **start):
    return json.dumps({"type": "local-request", "version": 1, "user": user,
                       "start": {"channel": 0, "command": command, "environment": [], **start}}).encode()


class Connecting(local_callers.LocalCallerTest):
    def setUp(self):
        super().setUp()
        self.cast = Cast(self.gateway)
        self.address = str(self.gateway.root / "run/local.socket")

    def connect(self, account="games"):
        """A connection as that account makes it; the kernel notes who connects."""
        end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(end.close)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 512 * 1024)  # as much as the longest packet takes
        os.seteuid(local_callers.as_account(account)["user"])
        try:
            end.connect(self.address)
        finally:
            os.seteuid(0)
        end.settimeout(30)
        return end

    def answer(self, end):
        """What the broker's side says: the answer, or None if it only closes."""
        try:
            packet = end.recv(65536)
        except ConnectionResetError:  # what was sent beyond the request was not read; the kernel says so first
            packet = end.recv(65536)
        return json.loads(packet) if packet else None

    def monitors(self):
        return [pid for pid in processes.descendants(self.cast.broker) if processes.name(pid) == "oneoff-local"]

    def assert_others_are_served(self):
        began = time.monotonic()
        self.assert_ran(self.ssh("plain", "echo ssh"), "ssh\n")
        self.assertLess(time.monotonic() - began, 3)
        self.assert_ran(self.call("plain", "hello", account="news"), "hello from shared/.env\n")

    def trap(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self.addCleanup(listener.close)
        end = socket.create_connection(listener.getsockname())
        peer = listener.accept()[0]
        self.addCleanup(peer.close)
        end.setblocking(False)
        try:
            while True:
                end.send(b"x" * 65536)
        except BlockingIOError:
            pass
        end.setblocking(True)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 30))
        return end


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class LocalCallersBounded(Connecting):
    settings = {"login_grace": "2m"}
    app = {"limits": {"runs_per_person": 10}}

    def test_who_is_silent_is_bounded_and_hinders_nobody(self):
        held = [self.connect() for _ in range(MOST_OF_ACCOUNT)]
        harness.wait_until(lambda: len(self.monitors()) == MOST_OF_ACCOUNT, "all to be heard")
        self.assert_others_are_served()
        for _ in range(5):
            answer = self.answer(self.connect())
            self.assertEqual((answer["status"], answer["err"]),
                             (75, "oneoff: the UNIX user games asks for too much at once; try later\n"))
        self.assert_others_are_served()
        for end in held:
            end.close()
        harness.wait_until(lambda: not self.monitors(), "all to be gone")
        self.assertEqual(self.call("plain", "true").status, 0)

    def test_who_stands_for_nobody_takes_nobodys_place(self):
        held = [self.connect("daemon") for _ in range(200)]
        self.assert_others_are_served()
        self.assertEqual({self.answer(end)["status"] for end in held}, {77})

    def test_what_is_no_request_is_answered(self):
        for packet in (b"x", b"{}", b"[" * 5000, b"\0" * 65536, request()[:-1], request(command=7), request() + b" " * 230000,
                       json.dumps({"type": "request", "person": "alice", "user": "plain"}).encode()):
            end = self.connect()
            end.send(packet)
            answer = self.answer(end)
            self.assertEqual((answer["status"], answer["out"]), (64, ""), packet[:40])
            self.assertTrue(answer["err"].startswith("oneoff: "), answer)
        self.assert_others_are_served()

    def test_nobody_says_who_they_are(self):
        end = self.connect("news")
        words = json.loads(request("rm x"))
        end.send(json.dumps({**words, "person": "alice", "fingerprint": "SHA256:x", "key": "x", "uid": 0,
                             "account": "root", "address": "192.0.2.7"}).encode())
        self.assertEqual(self.answer(end)["status"], 77)
        denied = self.gateway.wait_for_audit("run.denied", command="rm x")
        self.assertEqual((denied["person"], denied["source"], denied["key"]), ("carol", "unix:news", ""))

    def test_what_lies_behind_a_request_is_nobodys_affair(self):
        os.kill(self.cast.broker, signal.SIGSTOP)  # it is all there before anybody looks
        try:
            end = self.connect()
            trap = self.trap()
            fds = array.array("i", [trap.fileno()]).tobytes()
            end.send(request("echo served"))
            for _ in range(5):
                end.send(b"")
            end.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
            trap.close()
        finally:
            os.kill(self.cast.broker, signal.SIGCONT)
        self.assertEqual(self.answer(end)["type"], "started")
        end.close()
        self.assert_others_are_served()
        harness.wait_until(lambda: not self.monitors(), "the monitor to be gone")

    def test_who_does_not_read_the_answer_is_not_waited_for(self):
        ends = [self.connect() for _ in range(8)]
        for end in ends:
            end.send(request("sleep 305"))
        started = harness.wait_until(lambda: len(runs := self.gateway.audit("run.started", command="sleep 305")) == 8 and runs,
                                     "all to run")
        self.assert_others_are_served()
        for end in ends:
            end.close()  # and with it what was never received: the run's control socket is one of them
        harness.wait_until(lambda: all(self.gateway.audit("run.ended", run=record["run"], how="lost_line")
                                       for record in started), "all to be ended")

    def test_the_monitor_is_nobody(self):
        harness.wait_until(lambda: not self.monitors(), "those of the tests before this to be gone")
        self.connect()
        pid = harness.wait_until(self.monitors, "the monitor")[0]
        harness.wait_until(lambda: b"NoNewPrivs:\t1" in processes.read(pid, "status"), "it to be confined")
        if not harness.SANITIZED:
            harness.wait_until(lambda: b"Seccomp:\t2" in processes.read(pid, "status"), "it to have its filter")
        said = dict(line.split(":\t", 1) for line in processes.read(pid, "status").decode().splitlines() if ":\t" in line)
        account = local_callers.as_account("oneoff-monitor")
        self.assertEqual(said["Uid"].split(), [str(account["user"])] * 4)
        self.assertEqual((int(said["CapEff"], 16), int(said["CapPrm"], 16), said["NoNewPrivs"]), (0, 0, "1"))
        if not harness.SANITIZED:
            self.assertEqual(said["Seccomp"], "2")
        self.assertEqual(len(processes.descriptors(pid)), 7)  # its three, the caller, the broker, a line


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class LocalCallersInTime(Connecting):
    settings = {"login_grace": "4s"}

    def test_descriptors_that_block_whoever_closes_them_block_nobody_else(self):
        """A TCP socket that lingers with unsent data holds up the last to close it, but one that exits."""
        for packets in ((request("echo trapped"), b"", b"more"), (b"x", b"", b"y"),
                        (b"", request("echo trapped"), b"more")):
            end = self.connect()
            traps = [self.trap() for _ in range(4)]
            fds = array.array("i", [trap.fileno() for trap in traps]).tobytes()
            ready, go = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(go)
                os.read(ready, 1)
                for packet in packets:
                    try:
                        end.sendmsg([packet], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
                    except BrokenPipeError:
                        pass  # nothing is read beyond its request
                os._exit(0)
            for trap in traps:
                trap.close()  # the child has it, too
            os.close(ready)
            os.close(go)
            os.waitpid(pid, 0)
            self.assert_others_are_served()
            end.close()
            self.assert_others_are_served()
        harness.wait_until(lambda: not self.monitors(), "the monitors to be ended")
        harness.wait_until(lambda: all(name.startswith(".") for name in self.gateway.runs()), "every run to be over")

    def test_who_holds_up_their_monitor_is_not_served(self):
        os.kill(self.cast.broker, signal.SIGSTOP)  # the monitor is to be the last to close it
        try:
            end = self.connect()
            trap = self.trap()
            fds = array.array("i", [trap.fileno()]).tobytes()
            end.sendmsg([request("echo held up")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
            trap.close()
        finally:
            os.kill(self.cast.broker, signal.SIGCONT)
        self.assertIsNone(self.answer(end))  # the kernel ends it in time
        self.assertEqual(self.gateway.audit("run.started", command="echo held up"), [])
        self.assert_others_are_served()

    def test_who_says_nothing_has_the_time_that_a_client_has_to_log_in(self):
        self.assertEqual(self.answer(self.connect())["err"], "oneoff: no request came in time\n")
        harness.wait_until(lambda: not self.monitors(), "the monitor to be gone")


@unittest.skipUnless(harness.ROOT, "without root there is one UNIX user")
class WithoutABroker(local_callers.LocalCallerTest):
    def test_it_says_so(self):
        self.assertEqual(self.gateway.stop(), 0)
        where = self.gateway.root / "run/local.socket"
        result = self.call("plain", "true")
        self.assertEqual((result.status, result.stdout), (69, b""))
        self.assertEqual(result.stderr, "oneoff: the gateway's broker, through which plain runs, does not answer: "
                                        f"{where}: Connection refused; see whether it runs: systemctl status oneoff-broker\n")


if __name__ == "__main__":
    harness.main()
