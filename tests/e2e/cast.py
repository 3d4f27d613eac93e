"""Who is who among a gateway's processes, told from their places in the tree."""

import processes
from waiting import wait_until


class Cast:
    """The long-lived processes of a gateway at rest; and, around one connection, those that came with it."""

    def __init__(self, gateway):
        self._gateway = gateway
        self.serve = gateway.pid
        self.gateway, self.broker, self.writer = wait_until(self._look, "gateway, broker and audit writer")

    def residents(self):
        return [self.serve, self.gateway, self.broker, self.writer]

    def guests(self):
        """The gateway's processes beside the residents and the commands (told by their names' absence)."""
        return [pid for pid in self._gateway.processes()
                if pid not in self.residents() and processes.name(pid).startswith("oneoff")]

    def session(self):
        return wait_until(lambda: self._below(self.gateway), "the session")[0]

    def supervisor(self, command):
        """The supervisor of a command: its parent, or its parent's parent."""
        pid = processes.parent(command)
        while pid > 1 and not processes.name(pid).startswith("oneoff"):
            pid = processes.parent(pid)
        return pid

    def monitor(self):
        return wait_until(lambda: [pid for pid in self._below(self.broker) if processes.name(pid) == "oneoff-monitor"],
                          "the monitor")[0]

    def _look(self):
        """The three, or None while one of them is being started."""
        below = {processes.name(pid): pid for pid in self._below(self.serve)}
        gateway, broker = below.get("oneoff-gateway"), below.get("oneoff-broker")
        if not gateway or not broker:
            return None
        writer = next((pid for pid in self._below(broker)
                       if any("/log/audit/" in link for link in processes.descriptors(pid))), None)
        return (gateway, broker, writer) if writer else None

    @staticmethod
    def _below(pid):
        return [child for child in processes.descendants(pid)
                if processes.parent(child) == pid and not processes.is_zombie(child)]
