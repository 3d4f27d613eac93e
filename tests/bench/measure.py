"""What the rows of the benchmark have in common: the table, medians, and waiting for quiet."""

import statistics
import time

AT_MOST, AT_LEAST = "at most", "at least"


class Table:
    def __init__(self):
        print(f"{'figure':<60}{'sshd':>12}{'oneoff':>12}{'ratio':>8}   has to reach", flush=True)

    def row(self, figure, unit, sshd, oneoff, bound, limit):
        """Of both servers; `limit` None: it is only told."""
        self._print(figure, unit, f"{sshd:.4g}", oneoff, oneoff / sshd, bound, limit)

    def change(self, figure, unit, without, with_it, limit=1.1):
        """Of the gateway alone: what must not grow by more than a tenth, or by `limit`; None: it may."""
        self._print(figure, unit, f"{without:.4g} to", with_it, with_it / without, AT_MOST, limit)

    @staticmethod
    def _print(figure, unit, first, second, ratio, bound, limit):
        reach = ""
        if limit is not None:
            met = ratio <= limit if bound == AT_MOST else ratio >= limit
            reach = f"   {bound} {limit:g}: {'met' if met else 'NOT MET'}"
        print(f"{figure + ', ' + unit:<60}{first:>12}{second:>12.4g}{ratio:>8.2f}{reach}", flush=True)


def alternate(servers, times, measure):
    """The median of `measure(server)` for each server, taken in turns."""
    taken = [[] for _ in servers]
    for _ in range(times):
        for values, server in zip(taken, servers):
            values.append(measure(server))
    return [statistics.median(values) for values in taken]


def settled(count):
    """The value of `count()` once it has been the same for half a second."""
    last, since = count(), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        if (now := count()) != last:
            last, since = now, time.monotonic()
    return last


def idle_pty(server, count):
    """kB (PSS) that an idle pty takes, of so many: all of the server's processes but the commands'."""
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
