"""Ten people who run a command each now and then, while four kinds of load are on the gateway at once.

The load: a person without rights asks as fast as possible, five addresses hold silent connections, terminals print
without end, and the disk of recordings and records stops for moments. No process is killed meanwhile: so every
run of these people has to succeed, in an order of magnitude of its usual time.
"""

import random
import statistics
import subprocess
import threading
import time

import stranger
from waiting import Late

PEOPLE = [f"person{number}" for number in range(10)]
PAUSE = 0.5        # seconds between two runs of a person, on average
PATIENCE = 60      # seconds that a run may take before it counts as failed
MOST_TIMES = 10    # so many times the usual time may a run take, in the median
LEAST_USUAL = 0.1  # seconds that are usual at the least: below that it is this machine that is measured
MOST_TIME = 20.0   # seconds that one run may take
DENIED = 3         # threads that ask for what is denied
NOISY = 2          # terminals
SETTINGS = {"refusals_per_minute": 30}  # a short siege gets beyond it, too
RULE = {"name": "people", "who": PEOPLE, "apps": ["plain"], "run": ["echo *"]}
SILENT = [f"127.0.0.{number}" for number in range(2, 7)]
EACH = 40          # silent connections of an address


class Crowd:
    """What runs until it is stopped, a thread each."""

    def __init__(self):
        self._over = threading.Event()
        self._threads = []
        self._lock = threading.Lock()
        self.wrongs = []

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, act, pause, dice):
        def loop():
            while not self._over.wait(dice.random() * 2 * pause):
                try:
                    act()
                except (OSError, Late, subprocess.TimeoutExpired) as error:
                    self._wrong(f"{type(error).__name__}: {error}")

        self._threads.append(threading.Thread(target=loop))
        self._threads[-1].start()

    def _wrong(self, what):
        with self._lock:
            self.wrongs.append(what[:600])


class People(Crowd):
    """Each of PEOPLE, every second one on a terminal."""

    def __init__(self, client, seed):
        super().__init__()
        self._client = client
        self.times = []  # seconds of each run
        for number, person in enumerate(PEOPLE):
            self._repeat(lambda person=person, number=number: self._run(person, number % 2 == 1), PAUSE,
                         random.Random(f"{seed}/{person}"))

    def _run(self, person, on_terminal):
        began = time.monotonic()
        result = self._client.ssh("plain", f"echo {person}-is-here", person=person, timeout=PATIENCE,
                                  options=("-tt",) if on_terminal else ())
        taken = time.monotonic() - began
        with self._lock:
            self.times.append(taken)
        if result.status != 0 or not result.stdout.rstrip().endswith(f"{person}-is-here".encode()):
            self._wrong(f"{person}: status {result.status}, {result.stdout[-100:]!r}, {result.stderr[-300:]!r}")


class Attackers(Crowd):
    """The person without rights, and the noisy terminals."""

    def __init__(self, client, seed):
        super().__init__()
        self._client = client
        self.denials = {}  # status: how often
        self.noises = {}
        dice = random.Random(f"{seed}/attackers")
        for _ in range(DENIED):
            self._repeat(lambda: self._count(self.denials, "x" * 20_000, "mallory"), 0, dice)
        for _ in range(NOISY):
            self._repeat(lambda: self._count(self.noises, "yes", "bob", ("-tt",)), 0, dice)

    def _count(self, counts, command, person, options=()):
        # Their clients yield to the gateway and to others' clients, with which they share this machine.
        argv = self._client.argv("plain", command, person=person, options=options)
        status = subprocess.run(["nice", "-n", "19", *argv], env=self._client.environment(), timeout=PATIENCE,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                check=False).returncode
        with self._lock:
            counts[status] = counts.get(status, 0) + 1


class Siege:
    """All of it together, for so long."""

    def __init__(self, soak):
        self._soak = soak
        self.people = self.attackers = None

    def run(self, seconds):
        disk = self._soak.disk
        silence = stranger.Silence(self._soak.client.port, SILENT, EACH)
        self.attackers = Attackers(self._soak.client, self._soak.seed)
        disk.start(random.Random(f"{self._soak.seed}/disk"))
        self.people = People(self._soak.client, f"{self._soak.seed}/siege")
        try:
            self._soak.wait(seconds)
        finally:
            self.people.stop()
            disk.stop()
            self.attackers.stop()
            silence.stop()

    def turned_out(self):
        """The silent addresses that are penalised because connections of theirs were ended for others."""
        gateway = self._soak.gateway
        # Which source it was may be summed up: mischief comes from many.
        if not any("silent" in record["reasons"] for record in gateway.audit("connections.refused")):
            return set()
        said = gateway.stderr()
        return {source for source in SILENT if f"{source}: refused for " in said}


def check(checks, siege, calm, disk):
    """`calm` are the people before and after the siege."""
    people, attackers = siege.people, siege.attackers
    checks.check(f"each of {len(people.times)} runs of ten people succeeded under load", people.times and
                 not people.wrongs, people.wrongs[:5])
    usually = max(statistics.median(each.times) for each in calm)
    median, most = statistics.median(people.times), max(people.times)
    checks.check("and all runs before and after it", not any(each.wrongs for each in calm),
                 [each.wrongs[:3] for each in calm])
    checks.check(f"in {1000 * median:.0f} ms in the median, usually {1000 * usually:.0f} ms",
                 median < MOST_TIMES * max(usually, LEAST_USUAL))
    checks.check(f"and {most:.1f} s at the most", most < MOST_TIME)
    checks.check(f"meanwhile a person without rights was refused {sum(attackers.denials.values())} times, and paced",
                 75 in attackers.denials and set(attackers.denials) <= {75, 77}, attackers.denials)
    checks.check(f"and {sum(attackers.noises.values())} noisy terminals ended at their bound",
                 set(attackers.noises) == {73} and not attackers.wrongs, (attackers.noises, attackers.wrongs[:5]))
    silent = siege.turned_out()
    # As many stay as max_startups' `start` has places for: those may be the last address's.
    checks.check(f"and silent connections of {len(silent)} addresses were ended for others",
                 silent >= set(SILENT[:-1]), silent)
    if disk.unavailable:
        print(f"SKIPPED the slow disk: {disk.unavailable}", flush=True)
    else:
        checks.check(f"and the disk stopped {disk.freezes} times", disk.freezes > 0)
