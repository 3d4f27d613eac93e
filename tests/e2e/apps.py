"""The applications that the tests run commands in."""

import os
import pathlib
import pwd
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
TEST_USER = "oneoff-test-shop"

# A capistrano layout of shell scripts only: fast, and needs no framework.
PROCFILE = """\
web: exec bin/web
worker: exec bin/worker
hello: echo hello "$GREETING"
shout: printf '%s!\\n'
"""


def user():
    """The system user that applications belong to: one of its own as root, else the caller."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()).pw_name
    try:
        pwd.getpwnam(TEST_USER)
    except KeyError:
        # Two tests may get here at once: the one that comes late finds the user there.
        subprocess.run(["useradd", "--system", "--create-home", "--home-dir", f"/var/lib/{TEST_USER}",
                        "--shell", "/bin/sh", TEST_USER], check=False, capture_output=True)
        pwd.getpwnam(TEST_USER)
    return TEST_USER


def hand_over(path):
    """Gives `path` and all below it to the applications' user."""
    if os.getuid() == 0:
        subprocess.run(["chown", "-hR", f"{user()}:", str(path)], check=True)


class Plain:
    """An application of shell scripts with two releases; `tag` is in the environment of all it runs."""

    def __init__(self, directory, tag):
        self.directory = pathlib.Path(directory)
        self.tag = f"PLAIN_TAG={tag}"
        (self.directory / "shared").mkdir(parents=True)
        self.write("shared/.env", f"{self.tag}\nGREETING='from shared/.env'\nSECRET=s3cr3t-value\n")
        for release, revision in (("v1", "4d5e6f7"), ("v2", "3f2a91c")):
            self.write(f"releases/{release}/REVISION", revision.ljust(40, "0") + "\n")
            self.write(f"releases/{release}/Procfile", PROCFILE)
            self.write(f"releases/{release}/bin/which", f"#!/bin/sh\necho {release}\n", 0o755)
            (self.directory / f"releases/{release}/tmp").mkdir()
        (self.directory / "current").symlink_to("releases/v2")
        self.own()

    def write(self, name, text, mode=0o644):
        """Writes a file of the application; bytes or text. Call own() after a change."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    def own(self):
        hand_over(self.directory)


class LaidOut:
    """A real application, laid out by the script that people use: tests/apps/lay-out-NAME."""

    name = None
    config = "shared/.env"

    def __init__(self, directory, *options):
        self.directory = pathlib.Path(directory)
        script = HERE.parent / f"apps/lay-out-{self.name}"
        owner = [user()] if os.getuid() == 0 else []
        subprocess.run([script, *options, self.directory, *owner], check=True, timeout=60)

    def variable(self, name):
        """The value of a variable of its config file."""
        return re.search(rf"^{name}=(.*)$", (self.directory / self.config).read_text(), re.M).group(1)

    def own(self):
        hand_over(self.directory)


    def new_release(self, name, like="v2"):
        """A release that is not current, copied from another; its folder. Call own() after a change."""
        folder = self.directory / "releases" / name
        shutil.copytree(self.directory / "releases" / like, folder, symlinks=True)
        return folder


class Shop(LaidOut):
    """Rails, in Capistrano's layout."""

    name = "shop"


class Library(LaidOut):
    """Django and Tornado, each release in a virtualenv of its own, in Capistrano's layout."""

    name = "library"


class Till(LaidOut):
    """PHP with Composer's autoloader, in a plain checkout."""

    name = "till"
    config = ".env"


class Press(LaidOut):
    """Node with a package of its own in node_modules, in a plain checkout."""

    name = "press"
    config = ".env"


class Ledger(LaidOut):
    """Scripts around an SQLite database, in a plain checkout; no framework."""

    name = "ledger"
    config = ".env"


def remove(path):
    shutil.rmtree(path, ignore_errors=True)
