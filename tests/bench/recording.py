"""The rows that say what recording costs: beside sshd, which records nothing, and beside a gateway that does not."""

import subprocess
import time

from measure import AT_LEAST, AT_MOST, alternate, idle_pty
from servers import recorded_with, unrecorded

_LINE = "48213\t2026-03-01 09:30:00.125\talice@example.com\tshipped\t1290.00"  # of a dump of a database


def measure_keys(table, servers, quick):
    """A terminal: how long a key's echo takes, how fast output comes, and what memory it takes."""
    sshd, recorded = servers
    with unrecorded() as without:
        three = (sshd, recorded, without)
        echoes = _echoes(three, 100 if quick else 500)
        table.row("echo of a key, recorded", "ms", echoes[0], echoes[1], AT_MOST, None)
        table.change("echo of a key, unrecorded and recorded", "ms", echoes[2], echoes[1])
        size = (32 if quick else 256) << 20
        seconds = alternate(three, 3, lambda server: _time(server, f"head -c {size} /dev/zero", "-tt"))
        table.row("output of a terminal, recorded", "MiB/s", *(_rate(size, s) for s in seconds[:2]), AT_LEAST, 1.0)
        table.change("output of a terminal, unrecorded and recorded", "s", seconds[2], seconds[1], None)
        count = 5 if quick else 20
        table.change("memory (PSS) of an idle pty, unrecorded and recorded", "kB", idle_pty(without, count),
                     idle_pty(recorded, count), None)


def measure_streams(table, servers, quick):
    """A command's output without a terminal, under each of the terms of recording."""
    sshd, bounded = servers
    size = (128 if quick else 1024) << 20
    kept = recorded_with(bounded, "kept", keep="64M")
    digested = recorded_with(bounded, "digested", digest=True)
    with unrecorded() as without:
        seconds = alternate((sshd, bounded, without, kept, digested), 3 if quick else 5,
                            lambda server: _time(server, f"head -c {size} /dev/zero"))
    table.row("output, recorded: 1 MiB kept", "MiB/s", *(_rate(size, s) for s in seconds[:2]), AT_LEAST, 1.0)
    table.change("output, unrecorded and recorded: 1 MiB kept", "s", seconds[2], seconds[1])
    table.change("output, recorded: 1 MiB and 64 MiB kept", "s", seconds[1], seconds[3], None)
    table.change("output, recorded: 1 MiB kept, and a digest of all", "s", seconds[1], seconds[4], None)


def measure_dump(table, servers, quick):
    """A dump of a database: longer than a recording, which must neither slow it down nor fill the disk."""
    size = (512 << 20) if quick else 10_000_000_000
    command = f"sh -c 'yes \"{_LINE}\" | head -c {size}'"
    sshd, bounded = servers
    digested = recorded_with(bounded, "digested", digest=True)
    with unrecorded() as without:
        seconds = alternate((sshd, bounded, without, digested), 3 if quick else 1,
                            lambda server: _time(server, command))
    figure = f"a dump of {size / 1e9:.3g} GB"
    table.row(f"{figure}, recorded", "s", *seconds[:2], AT_MOST, 1.0)
    table.change(f"{figure}, unrecorded and recorded", "s", seconds[2], seconds[1])
    table.change(f"{figure}, recorded, and with a digest", "s", seconds[1], seconds[3], None)
    on_disk = sum(path.stat().st_blocks * 512 for path in bounded.recordings()[-1].iterdir())
    if on_disk > 2 << 20:
        raise SystemExit(f"the recording of {figure} takes {on_disk} bytes of the disk")
    print(f"the recording of {figure}: {on_disk / 1024:.0f} KiB on the disk", flush=True)


def _echoes(servers, keys):
    """Milliseconds of a key's way to `cat`'s terminal and back, for each server; one key after the other."""
    terminals = {}
    try:
        for server in servers:
            terminal = terminals[server.client.port] = server.client.terminal(server.user, "cat")
            terminal.send("ready\n")
            terminal.expect(rb"ready\r\nready\r\n")

        def echo(server):
            terminal = terminals[server.client.port]
            start = time.monotonic()
            terminal.send("~k")
            terminal.expect(rb"~k")
            elapsed = time.monotonic() - start
            terminal.send("\x15")  # a line has an end
            return 1000 * elapsed

        return alternate(servers, keys, echo)
    finally:
        for terminal in terminals.values():
            terminal.close()


def _time(server, command, *options):
    """Seconds that `command` takes, whose output nobody keeps."""
    start = time.monotonic()
    process = server.client.start(server.user, command, options=options, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
    status = process.wait()  # its input stays open
    elapsed = time.monotonic() - start
    process.stdin.close()
    if status != 0:
        raise SystemExit(f"{server.name}: {command[:60]} ended with {status}")
    if server.app is not None:
        server.recordings()  # being compressed, it would be in the next one's way
    return elapsed


def _rate(size, seconds):
    return size / (1 << 20) / seconds
