"""A volume whose writes stop for a moment, again and again: an ext4 in a file, frozen as fsfreeze(8) does.

It needs root, loop devices and ext4. Without them `mount` says why, and the soak says that it has no slow disk.
"""

import os
import subprocess
import threading

SIZE = 8 << 30     # bytes, of a sparse file
FROZEN = 0.2       # seconds at most that writes stop
FLOWING = 1.0      # seconds at most until they stop again


class SlowDisk:
    """`unavailable` is why there is none; empty once it is mounted."""

    def __init__(self, image, folder):
        self._image, self._folder = image, folder
        self._over = threading.Event()
        self._thread = None
        self.freezes = 0
        self.unavailable = "not mounted"

    def mount(self):
        try:
            with open(self._image, "wb") as image:
                os.truncate(image.fileno(), SIZE)
            self._run("mkfs.ext4", "-q", self._image)
            self._run("mount", "-o", "loop,noatime", self._image, self._folder)
        except (OSError, subprocess.CalledProcessError) as error:
            self.unavailable = self._why(error)
            return
        try:
            self._freeze(0)
            self.unavailable = ""
        except subprocess.CalledProcessError as error:
            self.unavailable = self._why(error)

    def unmount(self):
        subprocess.run(["umount", "-l", self._folder], check=False, stderr=subprocess.DEVNULL)

    def start(self, random):
        if not self.unavailable:
            self._thread = threading.Thread(target=self._stutter, args=(random,))
            self._thread.start()

    def stop(self):
        self._over.set()
        if self._thread:
            self._thread.join()

    def _stutter(self, random):
        while not self._over.wait(random.uniform(0.1, FLOWING)):
            self._freeze(random.uniform(0.05, FROZEN))
            self.freezes += 1

    def _freeze(self, seconds):
        # A shell in its own session thaws the volume although the soak is killed in between: what writes to a frozen
        # volume cannot be killed.
        self._run("sh", "-c", 'fsfreeze -f "$1" && { sleep "$2"; fsfreeze -u "$1"; }', "sh", self._folder,
                  f"{seconds:.3f}", start_new_session=True)

    @staticmethod
    def _run(*argv, **options):
        subprocess.run(argv, check=True, capture_output=True, text=True, **options)

    @staticmethod
    def _why(error):
        said = getattr(error, "stderr", None)
        return f"{error}: {said.strip()}" if said else str(error)
