"""A line between client and gateway that a test can cut: a TCP proxy on loopback."""

import select
import socket
import struct
import threading


class Line:
    """Forwards every connection to `port` until it is told to do otherwise. Use as a context."""

    def __init__(self, port):
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._wake, self._woken = socket.socketpair()
        self._pairs = {}      # each end of a connection: its other end
        self._silent = False
        self._over = False
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
        self._silent = True
        for end in list(self._pairs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()
        self._pairs = {}
        self._wake.send(b"!")

    def _forward(self):
        while not self._over:
            watched = [self._woken] if self._silent else [self._woken, self._listener, *self._pairs]
            for ready in select.select(watched, [], [])[0]:
                if ready is self._woken:
                    self._woken.recv(16)
                elif ready is self._listener:
                    near = self._listener.accept()[0]
                    far = socket.create_connection(("127.0.0.1", self._target))
                    self._pairs.update({near: far, far: near})
                elif not self._silent:
                    self._pass_on(ready)

    def _pass_on(self, end):
        try:
            data = end.recv(65536)
            if data:
                self._pairs[end].sendall(data)
                return
        except OSError:
            pass
        for side in (end, self._pairs.pop(end, None)):
            if side:
                self._pairs.pop(side, None)
                side.close()
