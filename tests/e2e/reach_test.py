"""What a command can reach of the gateway: nothing that it could read, write, signal or speak to."""

import json
import pwd
import unittest

import harness
import processes
from cast import Cast

ATTEMPTS = """
import glob, json, os, socket, sys
root, pids = sys.argv[1], [int(word) for word in sys.argv[2:]]
done = []

def attempt(what, act, *words):
    try:
        act(*words)
        done.append(what)
    except OSError:
        pass

def connect(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as end:
        end.connect(path)

for folder in ("etc/host_keys", "etc/people", "etc/apps", "etc", "log/audit", "lib/runs", "run"):
    attempt("make a file in " + folder, os.open, root + "/" + folder + "/mine", os.O_CREAT | os.O_WRONLY)
for key in glob.glob(root + "/etc/host_keys/*_key") + [root + "/etc/audit_key"]:
    attempt("read " + key, os.open, key, os.O_RDONLY)
for file in glob.glob(root + "/etc/*.json") + glob.glob(root + "/etc/*/*") + glob.glob(root + "/lib/runs/*"):
    attempt("write " + file, os.open, file, os.O_WRONLY)
attempt("read the log", os.listdir, root + "/log/audit")
attempt("speak to the broker", connect, root + "/run/broker.socket")
for pid in pids:
    attempt(f"signal {pid}", os.kill, pid, 0)
    for name in ("environ", "mem", "fd"):
        attempt(f"look into {name} of {pid}", os.listdir if name == "fd" else open, f"/proc/{pid}/{name}")
print(json.dumps(done))
"""


@unittest.skipUnless(harness.ROOT, "without root everything shares one user")
class Reach(harness.GatewayTest):
    def test_a_command_reaches_nothing_of_ours(self):
        cast = Cast(self.gateway)
        self.start_ssh("plain", "sleep 312")
        command = harness.wait_until(self.commands, "another run")[0]
        ours = [*cast.residents(), *cast.guests()]
        self.assertIn(cast.supervisor(command), ours)
        words = " ".join(str(pid) for pid in ours)
        result = self.ssh("plain", f"python3 - {self.gateway.root} {words}", stdin=ATTEMPTS.encode())
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertEqual(json.loads(result.stdout), [])
        self.assertTrue(all(processes.name(pid) for pid in ours))  # they were there to be reached

    def test_the_socket_for_local_callers_sends_a_command_away(self):
        command = f"{harness.ONEOFF} --root {self.gateway.root} run --app plain true"
        self.assert_refused(self.ssh("plain", command), 77,
                            f"oneoff: the UNIX user {harness.apps.user()} stands for no person here; the operator of this gateway "
                            "can add it to \"unix_users\" in policy.json\n")

    def test_private_keys_are_roots_and_the_record_its_writers_alone(self):
        root = self.gateway.root
        private = [path for path in (root / "etc/host_keys").iterdir() if path.suffix != ".pub"] + [root / "etc/audit_key"]
        self.assertTrue(private)
        writer = pwd.getpwnam("oneoff-audit").pw_uid
        for path, owner in [*((path, 0) for path in private),
                            *((path, writer) for path in (root / "log/audit").glob("*.jsonl"))]:
            status = path.stat()
            self.assertEqual((status.st_uid, status.st_mode & 0o037), (owner, 0), path)


if __name__ == "__main__":
    harness.main()
