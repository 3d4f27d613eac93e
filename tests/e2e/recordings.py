"""The recordings of a gateway, as files: read with nothing but Python."""

import gzip
import json


class Recording:
    def __init__(self, gateway, run):
        self.folder = gateway.root / "lib/recordings" / run

    def read(self, name):
        """A file's plain bytes; None if there is no such file."""
        path = self.folder / name
        if not path.exists():
            return None
        content = path.read_bytes()
        # One that nobody may write to any more is compressed if it looks so.
        packed = not path.stat().st_mode & 0o200 and content[:2] == b"\x1f\x8b"
        return gzip.decompress(content) if packed else content

    def timing(self):
        """The lines of `timing` as (type, seconds, rest)."""
        lines = [line.split(" ", 2) for line in self.read("timing").decode().splitlines()]
        return [(int(kind), float(delay), rest) for kind, delay, rest in lines]

    def events(self):
        return [json.loads(line) for line in self.read("events.jsonl").splitlines()]

    def names(self):
        return sorted(path.name for path in self.folder.iterdir() if path.name != "state")


def of(gateway, run):
    return Recording(gateway, run)


def last(gateway, **fields):
    """The recording of the newest run that has ended with these fields."""
    return Recording(gateway, gateway.wait_for_audit("run.ended", **fields)["run"])
