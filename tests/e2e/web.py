"""The web process of an application, started as its unit starts it: by `oneoff exec`."""

import os
import socket
import subprocess
import urllib.error
import urllib.request

import gateway
from waiting import wait_until


def free_port():
    """A port of the loopback device that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Web:
    """`app` listens on the port that its config says, which is `port` here. Stop it at the end."""

    def __init__(self, of, app, port, patience=60):
        self.url = f"http://127.0.0.1:{port}/"
        self._log = of.directory / f"web-{port}.log"
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [gateway.ONEOFF, "--root", of.root, "exec", "--app", app, "web"], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, cwd="/", env={"PATH": os.environ["PATH"], "LEAKED": "from the starter"})
        self.pid = self._process.pid
        try:
            wait_until(self._answers, "the web process to answer", patience)
        except BaseException:
            self.stop()
            raise

    def get(self):
        with urllib.request.urlopen(self.url, timeout=20) as answer:
            return answer.read().decode()

    def stop(self):
        """May be called twice."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def log(self):
        return self._log.read_text(errors="replace")

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError(f"the web process ended with {self._process.returncode}:\n{self.log()}")
        try:
            return self.get()
        except (urllib.error.URLError, ConnectionError):
            return None
