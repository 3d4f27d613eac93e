"""Connections of somebody who does not log in, from an address of loopback's that the test chooses.

127.0.0.1 is exempt from penalties (gateway.Gateway.settings): a test that provokes them comes from another.
"""

import select
import socket
import threading

import paramiko

import processes
from cast import Cast
from waiting import wait_until

BANNER = b"SSH-2.0-OpenSSH_9.2 stranger\r\n"


def connect(port, source="127.0.0.1"):
    """A TCP connection that says nothing."""
    connection = socket.socket()
    connection.settimeout(20)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", port))
    return connection


def fail_to_sign(port, source, user="plain"):
    """One signature, of a key that nobody has."""
    transport = paramiko.Transport(connect(port, source))
    try:
        transport.start_client(timeout=20)
        transport.auth_publickey(user, paramiko.ECDSAKey.generate())
    except paramiko.SSHException:
        pass
    finally:
        transport.close()
        transport.join(10)


def everything(connection):
    """All that the gateway says until it closes."""
    said = b""
    try:
        while piece := connection.recv(4096):
            said += piece
    except ConnectionResetError:
        pass
    return said


def farewell(said):
    """The words of a connection that was turned away; None if it was served."""
    if not said.startswith(b"SSH-2.0-oneoff\r\n"):
        return None
    packet = said[len(b"SSH-2.0-oneoff\r\n"):]
    assert packet[5] == 1, packet  # SSH_MSG_DISCONNECT
    length = int.from_bytes(packet[10:14], "big")
    return packet[14:14 + length].decode()


def wait_for_no_sessions(gateway):
    """Waits until no session is left: one that a test has closed still takes a place for a moment."""
    pid = Cast(gateway).gateway
    wait_until(lambda: all(map(processes.is_zombie, processes.descendants(pid))), "the sessions to end")


def in_parallel(count, call):
    """Calls call(0) to call(count - 1), each in a thread; their results."""
    results = [None] * count

    def one(index):
        results[index] = call(index)

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Silence:
    """Keeps so many silent connections open from each address, and opens another for each that is ended."""

    def __init__(self, port, addresses, each):
        self._port = port
        self._over = threading.Event()
        self._held = {}
        for address in addresses:
            for _ in range(each):
                self._open(address)
        self._thread = threading.Thread(target=self._keep)
        self._thread.start()

    def stop(self):
        self._over.set()
        self._thread.join()
        for connection in self._held:
            connection.close()

    def _open(self, address):
        self._held[connect(self._port, address)] = address

    def _keep(self):
        while not self._over.is_set():
            readable, _, _ = select.select(list(self._held), [], [], 0.05)
            for connection in readable:
                try:
                    ended = not connection.recv(4096)
                except OSError:
                    ended = True
                if ended:
                    connection.close()
                    self._open(self._held.pop(connection))
            self._over.wait(0.5)
