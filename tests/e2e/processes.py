"""What runs on this machine, as /proc tells it."""

import os
import termios

LOCAL_MODES = 3  # where tcgetattr has them


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def read(pid, name):
    """The bytes of /proc/PID/NAME; empty when the process is gone or not ours to read."""
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def is_zombie(pid):
    return b"\nState:\tZ" in read(pid, "status")


def parent(pid):
    stat = read(pid, "stat")
    return int(stat[stat.rindex(b")") + 2:].split()[1]) if stat else 0


def name(pid):
    return read(pid, "comm").decode().strip()


def command_line(pid):
    return read(pid, "cmdline").replace(b"\0", b" ").decode("utf-8", "replace").strip()


def with_variable(assignment):
    """The living processes that were started with NAME=VALUE in their environment."""
    wanted = os.fsencode(assignment)
    return sorted(pid for pid in pids()
                  if wanted in read(pid, "environ").split(b"\0") and not is_zombie(pid))


def edits_lines(assignment):
    """Whether what was started with NAME=VALUE has its terminal hand over each key at once, as line editors do."""
    for pid in with_variable(assignment):
        try:
            terminal = os.open(f"/proc/{pid}/fd/0", os.O_RDONLY | os.O_NOCTTY)
        except FileNotFoundError:  # it has just ended
            continue
        try:
            return not termios.tcgetattr(terminal)[LOCAL_MODES] & termios.ICANON
        finally:
            os.close(terminal)
    return False


def descendants(root):
    """All processes below `root`, zombies included, without itself."""
    children = {}
    for pid in pids():
        children.setdefault(parent(pid), []).append(pid)
    found, queue = [], [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return sorted(found)


def descriptors(pid):
    """What the descriptors of a process lead to, as a sorted list of names."""
    links = []
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            try:
                links.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
            except OSError:
                continue
    except OSError:
        return []
    return sorted(links)


def link(pid, fd):
    """What one descriptor of a process leads to; empty when there is none."""
    try:
        return os.readlink(f"/proc/{pid}/fd/{fd}")
    except OSError:
        return ""


def memory_kib(pid, field="VmHWM"):
    """A figure of /proc/PID/status in KiB: VmHWM is the most that was ever resident, VmRSS what is now."""
    for line in read(pid, "status").decode().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    return 0
