"""Kills the gateway's own processes now and then: those of connections and runs often, the residents seldom."""

import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

import processes
from cast import Cast
from waiting import Late

RESIDENTS = ("gateway", "broker", "writer")


class Trouble:
    """`spared` are the processes of the steady sessions."""

    def __init__(self, gateway, random, spared):
        self._gateway = gateway
        self._random = random
        self._spared = spared
        self.done = {}   # what was done to whom: how often

    def make(self):
        """Something; whether it was found to do it to."""
        try:
            return self._once()
        except (Late, ProcessLookupError, ValueError):
            return False  # they are being started anew

    def _once(self):
        cast = Cast(self._gateway)
        if self._random.randrange(40) == 0:
            os.kill(cast.serve, signal.SIGHUP)
            return self._note("HUP to serve")
        if self._random.randrange(8) == 0:
            victim = self._random.choice(RESIDENTS)
            os.kill(getattr(cast, victim), signal.SIGKILL)
            return self._note(f"KILL to the {victim}")
        guests = [pid for pid in cast.guests() if pid not in self._spared]
        if not guests:
            return False
        victim = self._random.choice(guests)
        name = self._kind(cast, victim)
        number = self._random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
        os.kill(victim, number)
        if number == signal.SIGSTOP:
            time.sleep(self._random.random() * 2)
            os.kill(victim, signal.SIGKILL)
        return self._note(f"{number.name[3:]} to a {name}")

    @staticmethod
    def _kind(cast, pid):
        """As its name says; a process whose name is a resident's is one that has just been forked."""
        name = processes.name(pid).removeprefix("oneoff-")
        return name if name not in RESIDENTS else f"child of the {name}"

    def _note(self, what):
        self.done[what] = self.done.get(what, 0) + 1
        return True
