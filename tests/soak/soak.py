"""The soak: see tests/soak/run."""

import argparse
import json
import os
import pathlib
import random
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import apps
import gateway
import mischief
import processes
import siege
import slow_disk
import steady
from cast import Cast
from client import Client, make_key
from trouble import Trouble
from waiting import Late, wait_until

WORKERS = 6
TROUBLE_EVERY = 2.0   # seconds, on average
EXCUSED_FOR = 15.0    # seconds after a trouble that a mishap may be its
TELL_EVERY = 10.0
MOST_LATENCY = 30.0   # seconds that a byte may take, at the worst: all share this machine
MOST_MEDIAN = 0.5
CALM_PART = 0.1       # of the time, before and after: ten people's runs with little beside them, for what is usual
SIEGE_PART = 0.25     # and with the siege's load
AT_REST_WITHIN = 300.0  # seconds: an archivist has the lowest priority, and may share this machine with builds
MOST_GROWTH = (400 if gateway.SANITIZED else 40) << 10  # KiB of a resident's memory; sanitizers keep what was freed
SETTINGS = {
    "login_grace": "4s", "first_session": "5s", "term_after": "300ms", "kill_after": "300ms", "linger": "300ms",
    "keepalive": "1s", "lost_after": "30s", "rekey": {"bytes": "1M", "time": "10s"}, "runs_per_person": 1000,
    "refusals_per_minute": 300,
    "channels": 10, "recordings": {"per_run": "8M", "reserve": "0"},
    "penalties": {"crash": "5s", "authfail": "2s", "grace_exceeded": "2s", "noauth": "500ms", "least": "1s",
                  "most": "20s", "exempt": ["127.0.0.1"]}}
# Mischief makes many connections at once from many sources, and checks that others get in; the siege has the default.
CROWDED = {"max_startups": {"start": 500, "rate": 30, "full": 800}}


class Soak:
    def __init__(self, directory, seed):
        self.directory = pathlib.Path(directory)
        self.seed = seed
        (self.directory / "gateway").mkdir()
        self.disk = slow_disk.SlowDisk(self.directory / "disk", self.directory / "gateway")
        self.disk.mount()
        self.gateway = gateway.Gateway(self.directory)
        self.troubles = 0            # how many there were
        self._last_trouble = float("-inf")
        self._over = threading.Event()
        self._lock = threading.Lock()
        self.outcomes = {way: {} for way in mischief.WAYS}
        self.wrongs = []
        self.calm = []               # ten people before and after the siege: others may use this machine, too
        self.siege = siege.Siege(self)
        self._began = time.monotonic()

    def set_up(self):
        (self.directory / "keys").mkdir(mode=0o700)
        self.gateway.settings(**SETTINGS, **CROWDED)
        policy = gateway.DEFAULT_POLICY
        self.gateway.policy({**policy, "rules": [*policy["rules"], siege.RULE]})
        for person in ("alice", "bob", "mallory", *siege.PEOPLE):
            make_key(self.directory / "keys" / person)
            self.gateway.person(person, (self.directory / f"keys/{person}.pub").read_text())
        plain = apps.Plain(self.directory / "apps/plain", self.directory)
        self.gateway.app("plain", plain.directory, limits={"runs": 1000})
        self.gateway.start()
        self.host_keys = self.gateway.host_keys()
        self.client = Client(self.directory, self.gateway.port, self.host_keys)
        self.tag = plain.tag
        self.client.ssh("plain", "true")
        wait_until(self.at_rest, "the gateway to be at rest", AT_REST_WITHIN)
        self.before = self.residents()

    # What it is measured by.

    def at_rest(self):
        """Only the residents are left, and no recording that an archivist has to be started for."""
        return (not processes.with_variable(self.tag) and self.all_archived()
                and len(self.gateway.processes()) == 4)

    def all_archived(self):
        """A recording has the file `state`, not read-only, until it is archived (gateway/record/FORMAT.md)."""
        return not list((self.gateway.root / "lib/recordings").glob("*/state"))

    def residents(self):
        """Descriptors and memory of each."""
        cast = Cast(self.gateway)
        return {name: (len(processes.descriptors(pid)), processes.memory_kib(pid, "VmRSS"))
                for name, pid in zip(("serve", "gateway", "broker", "writer"), cast.residents())}

    def troubled_since(self, troubles):
        """Whether there were more than so many since, or one a moment ago."""
        return self.troubles != troubles or time.monotonic() - self._last_trouble < EXCUSED_FOR

    # What is done.

    def start_steady(self):
        """The steady sessions, and their processes."""
        given = {"pipes": self.client.argv("plain", steady.ON_PIPES),
                 "terminal": self.client.argv("plain", steady.ON_A_TERMINAL, options=("-tt", "-e", "none")),
                 "environment": self.client.environment(), "seed": self.seed}
        process = subprocess.Popen([sys.executable, str(HERE / "steady.py"), json.dumps(given)],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.latest = json.loads(process.stdout.readline())
        wait_until(lambda: len(processes.with_variable(self.tag)) >= steady.SESSIONS, "the steady sessions")
        threading.Thread(target=self._listen, args=(process.stdout,), daemon=True).start()
        return process, set(self.gateway.processes())

    def _listen(self, lines):
        for line in lines:
            self.latest = json.loads(line)

    def work(self, number):
        dice = random.Random(f"{self.seed}/{number}")
        ways = mischief.Mischief(self, dice)
        while not self._over.is_set():
            way = dice.choice(mischief.WAYS)
            began = self.troubles
            try:
                outcome = getattr(ways, way)()
            except mischief.NETWORK as error:
                outcome = "cut"
                if way not in mischief.CUT and not self.troubled_since(began):
                    outcome = self._wrong(way, f"{type(error).__name__}: {error}")
            except AssertionError as wrong:
                outcome = self._wrong(way, str(wrong))
            with self._lock:
                self.outcomes[way][outcome] = self.outcomes[way].get(outcome, 0) + 1

    def _wrong(self, way, what):
        with self._lock:
            self.wrongs.append(f"{way}: {what[:600]}")
        print(f"WRONG: {way}: {what[:600]}", flush=True)
        return "WRONG"

    def make_trouble(self, trouble, dice):
        while not self._over.wait(dice.random() * 2 * TROUBLE_EVERY):
            self._last_trouble = time.monotonic()
            self.troubles += trouble.make()
            self._last_trouble = time.monotonic()

    def run(self, seconds):
        """All of it, for so long; the kills that there were."""
        process, spared = self.start_steady()
        self.calm.append(self.stay_calm("before", CALM_PART * seconds))
        done = self.make_mischief((1 - 2 * CALM_PART - SIEGE_PART) * seconds, spared)
        self.besiege(SIEGE_PART * seconds)
        self.calm.append(self.stay_calm("after", CALM_PART * seconds))
        process.stdin.close()
        process.wait(2 * steady.PATIENCE)
        return done

    def wait(self, seconds):
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            time.sleep(min(TELL_EVERY, seconds - passed))
            self.tell()

    def stay_calm(self, when, seconds):
        people = siege.People(self.client, f"{self.seed}/{when}")
        self.wait(seconds)
        people.stop()
        return people

    def besiege(self, seconds):
        """With the default max_startups, and what was killed back in its place."""
        self.gateway.settings(**{**SETTINGS, **siege.SETTINGS})
        wait_until(lambda: self.gateway.oneoff("config", "reload").returncode == 0, "the reload", steady.PATIENCE)
        wait_until(lambda: self.client.ssh("plain", "true").status == 0, "a run after the kills", steady.PATIENCE)
        self.siege.run(seconds)

    def make_mischief(self, seconds, spared):
        dice = random.Random(f"{self.seed}/trouble")
        trouble = Trouble(self.gateway, dice, spared)
        threads = [threading.Thread(target=self.work, args=(number,)) for number in range(WORKERS)]
        threads.append(threading.Thread(target=self.make_trouble, args=(trouble, dice)))
        for thread in threads:
            thread.start()
        self.wait(seconds)
        self._over.set()
        for thread in threads:
            thread.join()
        return trouble.done

    def tell(self):
        passed = time.monotonic() - self._began
        with self._lock:
            done = sum(sum(counts.values()) for counts in self.outcomes.values())
        latest = self.latest
        print(f"{passed:7.0f} s {done:7} ways, {self.troubles} troubles; steady: {latest['bytes']} bytes, median "
              f"{1000 * latest['median']:.1f} ms, most {1000 * latest['most']:.0f} ms; "
              f"{len(self.gateway.processes())} processes; wrong: {len(self.wrongs) + len(latest['errors'])}",
              flush=True)


class Checks:
    """What has to hold at the end: each is said, and counted."""

    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, what, holds, found=""):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        print(f"{'ok     ' if holds else 'FAILED '} {what}{'' if holds or found == '' else f': {found}'}", flush=True)


def check_steady(checks, latest):
    checks.check("the steady sessions got every byte back, and only these", latest.get("same") and not latest["errors"],
                 latest["errors"])
    checks.check("each of them ended with 0", latest.get("statuses") == [0] * steady.SESSIONS, latest.get("statuses"))
    checks.check(f"a byte took {1000 * latest['median']:.1f} ms in the median", latest["median"] < MOST_MEDIAN)
    checks.check(f"and {1000 * latest['most']:.0f} ms at the most", latest["most"] < MOST_LATENCY)


def check_leftovers(checks, soak):
    try:
        wait_until(soak.at_rest, "", AT_REST_WITHIN)
        left = ""
    except Late:
        left = {pid: processes.command_line(pid) for pid in soak.gateway.processes()}
        left.update({pid: processes.command_line(pid) for pid in processes.with_variable(soak.tag)})
    checks.check("no process is left", not left, left)
    soak.client.ssh("plain", "true")
    runs = [name for name in soak.gateway.runs() if not name.startswith(".")] + os.listdir(
        soak.gateway.root / "lib/runs/.new")
    try:
        wait_until(lambda: not [n for n in soak.gateway.runs() if not n.startswith(".")], "", 20)
        runs = os.listdir(soak.gateway.root / "lib/runs/.new")
    except Late:
        pass
    checks.check("no run is left", not runs, runs)
    check_residents(checks, soak)


def check_residents(checks, soak):
    """Broker and writer hold descriptors for an archivist: they are counted when it has ended."""
    try:
        wait_until(soak.at_rest, "", AT_REST_WITHIN)
    except Late:
        pass
    seen = {}

    def as_before():
        seen.update(soak.residents())
        return all(seen[name][0] <= soak.before[name][0] for name in seen)

    try:
        wait_until(as_before, "", 30)
    except Late:
        pass
    descriptors = {name: (soak.before[name][0], seen[name][0]) for name in seen}
    checks.check("no resident holds more descriptors than before", as_before(), descriptors)
    grown = {name: seen[name][1] - soak.before[name][1] for name in seen}
    checks.check(f"no resident's memory has grown much (KiB: {grown})",
                 all(growth < MOST_GROWTH for growth in grown.values()))


def check_record(checks, soak):
    started = [record["run"] for record in soak.gateway.audit("run.started")]
    wait_until(lambda: len(soak.gateway.audit("run.ended")) >= len(started), "", 30)
    ended = [record["run"] for record in soak.gateway.audit("run.ended")]
    checks.check(f"each of {len(started)} starts is on the record once", len(started) == len(set(started)))
    twice = sorted({run for run in ended if ended.count(run) > 1}) if len(ended) != len(set(ended)) else []
    checks.check("and so is its end", set(started) <= set(ended) and not twice,
                 {"without": sorted(set(started) - set(ended)), "twice": twice})
    verified = soak.gateway.oneoff("audit", "verify")
    checks.check("the audit log is sound", verified.returncode == 0, verified.stdout + verified.stderr)


def check_end(checks, soak):
    status = soak.gateway.stop()
    checks.check("the gateway stops with 0", status == 0, status)
    said = soak.gateway.stderr()
    crashes = [line for line in re.findall(r"[^\n]*killed by signal (?!9\b|15\b)\d+[^\n]*", said)]
    checks.check("no process died of a signal but of those it was sent", not crashes, crashes[:5])
    spoke = re.findall(r"[^\n]*(?:ERROR: \w+Sanitizer|runtime error:)[^\n]*", said)
    checks.check("no sanitizer spoke", not spoke, spoke[:5])


def table(soak, done):
    print(f"\n{'way':<34}{'times':>7}   outcomes")
    for way, counts in sorted(soak.outcomes.items()):
        outcomes = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        print(f"{way:<34}{sum(counts.values()):>7}   {outcomes}")
    for what, count in sorted(done.items()):
        print(f"{what:<34}{count:>7}")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=3600)
    parser.add_argument("seed", nargs="?", default=secrets.token_hex(4))
    given = parser.parse_args()
    print(f"soaking {gateway.BUILD.name} for {given.seconds:g} s; seed {given.seed}", flush=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="oneoff-soak-"))
    directory.chmod(0o755)
    soak = Soak(directory, given.seed)
    checks = Checks()
    finished = False
    try:
        soak.set_up()
        done = soak.run(given.seconds)
        table(soak, done)
        checks.check("nothing went wrong on the way", not soak.wrongs, soak.wrongs[:5])
        check_steady(checks, soak.latest)
        siege.check(checks, soak.siege, soak.calm, soak.disk)
        check_leftovers(checks, soak)
        check_record(checks, soak)
        check_end(checks, soak)
        finished = True
    finally:
        soak.gateway.sweep()
        if checks.failed or not finished:
            kept = pathlib.Path(tempfile.gettempdir()) / f"oneoff-soak-{given.seed}.log"
            kept.write_text(soak.gateway.stderr())
            print(f"what the gateway said: {kept}")
        soak.disk.unmount()
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
