"""Measures the rows of the design's table, and says which are met. See tests/bench/run."""

import argparse
import statistics
import subprocess
import sys
import time

from servers import both, crowded, idle_sessions, let_many_in
from gateway import BUILD
from waiting import wait_until

CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com")
AT_MOST, AT_LEAST = "at most", "at least"


class Table:
    def __init__(self):
        print(f"{'figure':<52}{'sshd':>12}{'oneoff':>12}{'ratio':>8}   has to reach", flush=True)

    def row(self, figure, unit, sshd, oneoff, bound, limit):
        ratio = oneoff / sshd
        met = ratio <= limit if bound == AT_MOST else ratio >= limit
        print(f"{figure + ', ' + unit:<52}{sshd:>12.4g}{oneoff:>12.4g}{ratio:>8.2f}   "
              f"{bound} {limit:g}: {'met' if met else 'NOT MET'}", flush=True)


    def change(self, figure, unit, without, with_it):
        """Of the gateway alone: what must not grow by more than a tenth."""
        ratio = with_it / without
        print(f"{figure + ', ' + unit:<52}{f'{without:.4g} to':>12}{with_it:>12.4g}{ratio:>8.2f}   "
              f"at most 1.1: {'met' if ratio <= 1.1 else 'NOT MET'}", flush=True)


def alternate(servers, times, measure):
    """The median of `measure(server)` for each server, taken in turns."""
    taken = [[] for _ in servers]
    for _ in range(times):
        for values, server in zip(taken, servers):
            values.append(measure(server))
    return [statistics.median(values) for values in taken]


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


def settled(count):
    """The value of `count()` once it has been the same for half a second."""
    last, since = count(), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        if (now := count()) != last:
            last, since = now, time.monotonic()
    return last


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

    def memory(server):
        settled(lambda: len(server.processes()))
        before = server.memory()
        terminals = []
        try:
            for _ in range(count):
                terminal = server.client.terminal(server.user, "sh -c 'echo ready; exec sleep 600'")
                terminals.append(terminal)
                terminal.expect(rb"ready\r\n")
            settled(lambda: len(server.processes()))
            return (server.memory() - before) / count
        finally:
            for terminal in terminals:
                terminal.close()

    table.row("memory (PSS) of an idle pty", "kB", *(memory(server) for server in servers), AT_MOST, 0.4)


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
    print(f"verifying {int(last[0]):,} records, signed: {float(said[-1].split()[1]):.3g} s", flush=True)


def compare(table, what, server, other, quick):
    pair = (server, other)
    for each in pair:
        run_true(each)
    table.change(f"wall time {what}", "ms", *alternate(pair, 10 if quick else 40, lambda s: 1000 * run_true(s)))
    table.change(f"server CPU {what}", "ms", *costs(pair, 10 if quick else 50))


ROWS = {"wall": measure_wall, "cpu": measure_cpu, "rate": measure_rate, "transfer": measure_transfer,
        "memory": measure_memory, "idle": measure_idle, "people": measure_people,
        "audit": measure_audit}


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
    print("(unrecorded; medians of alternating samples)")


if __name__ == "__main__":
    sys.exit(main())
