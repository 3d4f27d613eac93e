"""A line between client and gateway that a test can cut or disturb: a TCP proxy on loopback."""

import dataclasses
import select
import socket
import struct
import threading


@dataclasses.dataclass
class Flip:
    """One bit that arrives otherwise than it was sent, on each connection of a line."""

    upwards: bool   # from the client to the gateway; else the other way
    byte: int       # which byte of that direction, from 0
    bit: int = 0


class Line:
    """Forwards every connection to `port` until it is told to do otherwise. Use as a context."""

    def __init__(self, port, flip=None):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._pairs = {}      # each end of a connection: its other end
        self._flip = flip
        self._near = set()    # the clients' ends
        self._passed = {}     # how many bytes came from an end
        self._silent = False
        self._over = False
        self._to_reset, self._reset = threading.Event(), threading.Event()  # asked for, done
        self._thread = threading.Thread(target=self._forward, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over = True
        self._wake.send(b"!")
        self._thread.join(10)
        for end in [*self._pairs, self._listener, self._wake, self._woken]:
            end.close()

    def fall_silent(self):
        """From now on nothing passes, and nobody is told: a cable that was pulled."""
        self._silent = True
        self._wake.send(b"!")

    def reset(self):
        """Breaks all connections with RST."""
        self._to_reset.set()
        self._wake.send(b"!")
        self._reset.wait(10)

    def _reset_all(self):
        self._silent = True
        for end in self._pairs:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()
        self._pairs = {}
        self._reset.set()

    def _forward(self):
        while not self._over:
            watched = [self._woken] if self._silent else [self._woken, self._listener, *self._pairs]
            for ready in select.select(watched, [], [])[0]:
                if ready is self._woken:
                    self._woken.recv(16)
                    if self._to_reset.is_set() and not self._reset.is_set():
                        self._reset_all()
                        break
                elif ready is self._listener:
                    near = self._listener.accept()[0]
                    far = socket.create_connection(("127.0.0.1", self._target))
                    self._pairs.update({near: far, far: near})
                    self._near.add(near)
                elif not self._silent:
                    self._pass_on(ready)

    def _pass_on(self, end):
        try:
            data = self._disturb(end, end.recv(65536))
            if data and end in self._pairs:
                self._pairs[end].sendall(data)
                return
        except OSError:
            pass
        for side in (end, self._pairs.pop(end, None)):
            if side:
                self._pairs.pop(side, None)
                side.close()

    def _disturb(self, end, data):
        flip, passed = self._flip, self._passed.get(end, 0)
        self._passed[end] = passed + len(data)
        if flip is None or flip.upwards != (end in self._near) or not passed <= flip.byte < passed + len(data):
            return data
        disturbed = bytearray(data)
        disturbed[flip.byte - passed] ^= 1 << flip.bit
        return bytes(disturbed)
