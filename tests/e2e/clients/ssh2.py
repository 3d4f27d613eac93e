"""npm's ssh2, on node: ssh2.js drives it."""

import fcntl
import pathlib
import subprocess

import harness
from clients.driver import Driver

VERSION = "1.17.0"
HERE = pathlib.Path(__file__).resolve().parent
FOLDER = harness.BUILD / "tests/ssh2"


def install():
    """Puts ssh2 into the build folder, once. Its optional parts would have to be compiled."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = FOLDER / f"installed-{VERSION}"
        if not installed.exists():
            subprocess.run(["npm", "install", "--prefix", FOLDER, "--no-save", "--no-audit", "--no-fund",
                            "--ignore-scripts", "--omit=optional", f"ssh2@{VERSION}"],
                           check=True, capture_output=True, timeout=240)
            installed.touch()


class Ssh2(Driver):
    name = "ssh2"
    insists_on = ("agent", "x11")

    def __init__(self, test):
        super().__init__(test)
        install()

    def program(self):
        return ["node", HERE / "ssh2.js", FOLDER / "node_modules/ssh2"]
