"""Measures the rows of the design's table, and says which are met. See tests/bench/run."""

import argparse
import subprocess
import sys
import time

from measure import AT_LEAST, AT_MOST, Table, alternate, idle_pty, settled
from recording import measure_dump, measure_keys, measure_streams
from servers import both, crowded, idle_sessions, let_many_in
from gateway import BUILD
from waiting import wait_until

CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com")

def check(result):
    if result.status != 0:
        raise SystemExit(f"a command failed: {result}")


def run_true(server):
    start = time.monotonic()
    check(server.client.ssh(server.user, "true"))
    return time.monotonic() - start


def measure_wall(table, servers, quick):
    for server in servers:
        run_true(server)
    medians = alternate(servers, 10 if quick else 40, lambda server: 1000 * run_true(server))
    table.row("wall time of `ssh host true`", "ms", *medians, AT_MOST, 0.15)


def measure_cpu(table, servers, quick):
    medians = costs(servers, 10 if quick else 50)
    table.row("server CPU of a connection with a command", "ms", *medians, AT_MOST, 0.5)


def costs(servers, count):
    """Milliseconds of CPU that a connection with a command costs each of the servers."""

    def cost(server):
        before = server.cpu()
        for _ in range(count):
            run_true(server)
        # What a connection was is counted when its processes have been waited for.
        wait_until(lambda: len(server.processes()) <= server.idle_processes, "the connections to be reaped")
        return 1000 * (server.cpu() - before) / count

    for server in servers:
        run_true(server)
        server.idle_processes = settled(lambda server=server: len(server.processes()))
    return alternate(servers, 3, cost)


def measure_rate(table, servers, quick):
    seconds = 3 if quick else 8

    def rate(server):
        done = subprocess.run([BUILD / "bench/connections", str(server.client.port), server.user,
                               server.client.key("alice"), str(seconds), "4", "true"],
                              stdout=subprocess.PIPE, check=True, text=True)
        return int(done.stdout) / seconds

    table.row("connections with a command", "1/s", *alternate(servers, 3, rate), AT_LEAST, 5)


def measure_transfer(table, servers, quick):
    megabytes = 128 if quick else 1024
    size = megabytes << 20

    def download(server, cipher):
        start = time.monotonic()
        process = server.client.start(server.user, f"head -c {size} /dev/zero", options=("-c", cipher),
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"{server.name}: a download failed")
        return megabytes / (time.monotonic() - start)

    def upload(server, cipher):
        source = subprocess.Popen(["head", "-c", str(size), "/dev/zero"], stdout=subprocess.PIPE)
        start = time.monotonic()
        process = server.client.start(server.user, "sh -c 'exec cat >/dev/null'", options=("-c", cipher),
                                      stdin=source.stdout, stdout=subprocess.DEVNULL)
        source.stdout.close()
        process.communicate()
        source.wait()
        if process.returncode != 0:
            raise SystemExit(f"{server.name}: an upload failed")
        return megabytes / (time.monotonic() - start)

    for figure, transfer in (("download", download), ("upload", upload)):
        for cipher in CIPHERS:
            medians = alternate(servers, 3 if quick else 5, lambda server: transfer(server, cipher))
            table.row(f"{figure}, {cipher.split('@')[0]}", "MiB/s", *medians, AT_LEAST, 1.0)


def measure_memory(table, servers, quick):
    count = 5 if quick else 20
    table.row("memory (PSS) of an idle pty", "kB", *(idle_pty(server, count) for server in servers), AT_MOST, 0.4)


def measure_idle(table, servers, quick):
    sessions = 100 if quick else 1000
    with crowded() as other, idle_sessions(other, sessions):
        compare(table, f"with {sessions:,} idle sessions", servers[1], other, quick)


def measure_people(table, servers, quick):
    with crowded() as other:
        let_many_in(other, 10_000, 1_000)
        run_true(other)  # it has read them all by then
        compare(table, "with 10,000 people and 1,000 rules", servers[1], other, quick)


def measure_audit(table, servers, quick):
    """The audit log alone: a durable record, and a signed one, as it grows; and verifying it."""
    said = subprocess.run([BUILD / "bench/audit", "100000" if quick else "1000000"], stdout=subprocess.PIPE, check=True,
                          text=True).stdout.splitlines()
    first, last = (line.split() for line in (said[0], said[-2]))
    grown = f"log of {int(first[0]):,} to {int(last[0]):,}"
    table.change(f"audit record, {grown}", "us", float(first[1]), float(last[1]))
    table.change(f"signed end of a run, {grown}", "us", float(first[2]), float(last[2]))
    _, wall, cpu = said[-1].split()
    print(f"verifying {int(last[0]):,} records, signed: {float(wall):.3g} s, {float(cpu):.3g} s of CPU", flush=True)


def compare(table, what, server, other, quick):
    pair = (server, other)
    for each in pair:
        run_true(each)
    table.change(f"wall time {what}", "ms", *alternate(pair, 10 if quick else 40, lambda s: 1000 * run_true(s)))
    table.change(f"server CPU {what}", "ms", *costs(pair, 10 if quick else 50))


ROWS = {"wall": measure_wall, "cpu": measure_cpu, "rate": measure_rate, "transfer": measure_transfer,
        "memory": measure_memory, "keys": measure_keys, "streams": measure_streams, "dump": measure_dump,
        "idle": measure_idle, "people": measure_people, "audit": measure_audit}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller samples")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all when none is named")
    arguments = parser.parse_args()
    if unknown := [row for row in arguments.rows if row not in ROWS]:
        parser.error(f"no such row: {', '.join(unknown)}")
    with both() as servers:
        table = Table()
        for row in arguments.rows or ROWS:
            ROWS[row](table, servers, arguments.quick)
    print("(runs are recorded as they are by default, where no row says otherwise; medians of alternating samples)")


if __name__ == "__main__":
    sys.exit(main())
