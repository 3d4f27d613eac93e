"""Waiting for a thing, never for a time."""

import time

PATIENCE = 20.0  # seconds; far beyond what a slow machine under a sanitizer needs


class Late(AssertionError):
    """What was waited for did not come."""


def wait_until(predicate, what, patience=PATIENCE):
    """Returns the first true value of `predicate()`; raises Late, which names `what`, after `patience` seconds."""
    deadline = time.monotonic() + patience
    pause = 0.002
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Late(f"waited {patience:g} s in vain for {what}; last seen: {value!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
