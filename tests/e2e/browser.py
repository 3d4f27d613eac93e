"""Debian's Chromium, without a window and, as root, without a network: driven by DevTools over a pair of pipes."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from waiting import PATIENCE, Late

FLAGS = ("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
         "--disable-background-networking", "--disable-component-update", "--window-size=1280,900")
START = 60  # seconds: on a busy machine it takes its time


class Browser:
    """One page; what it asked for, and what it complained of, is kept."""

    def __init__(self):
        self.requests = {}    # the addresses that the page asked for; not what its own policy kept from being asked
        self.complaints = []  # errors and refusals by that policy, as the console shows them
        self._profile = tempfile.mkdtemp(prefix="oneoff-chromium-")
        self._number = 0
        self._session = None
        self._buffer = b""
        # It reads descriptor 3 and writes descriptor 4.
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out)]
        os.close(theirs_in)
        os.close(theirs_out)
        root = os.getuid() == 0
        argv = [*(["unshare", "--net"] if root else []), "chromium", *(["--no-sandbox"] if root else []), *FLAGS,
                f"--user-data-dir={self._profile}", "about:blank"]
        self._log = open(os.path.join(self._profile, "log"), "wb")
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{high[0]} 4>&{high[1]} {high[0]}<&- {high[1]}>&-', "sh", *argv],
            pass_fds=high, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            env={**os.environ, "HOME": self._profile})
        for fd in high:
            os.close(fd)

    def open(self, address):
        """Goes to `address`, and watches what is asked for from the first byte on."""
        page = next(target for target in self._call("Target.getTargets", patience=START)["targetInfos"]
                    if target["type"] == "page")
        self._session = self._call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Network", "Log", "Runtime", "Page"):
            self._call(f"{domain}.enable")
        self._call("Page.navigate", url=address)

    def evaluate(self, script, patience=PATIENCE):
        """What an expression, or the promise that it is, comes to."""
        answer = self._call("Runtime.evaluate", patience, expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']}; {self.complaints}")
        return answer["result"].get("value")

    def wait_for(self, script, patience=PATIENCE):
        """Until an expression is true; what it comes to."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            value = self.evaluate(script)
            if value:
                return value
            time.sleep(0.02)
        raise Late(f"{script}: did not come; {self.complaints}")

    def close(self):
        try:
            self._session = None
            self._call("Browser.close")
            self._process.wait(PATIENCE)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._log.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _call(self, method, patience=PATIENCE, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data):]
        deadline = time.monotonic() + patience
        while True:
            answer = self._receive(deadline, method)
            if answer.get("id") != self._number:
                self._note(answer)
            elif "error" in answer:
                raise AssertionError(f"{method}: {answer['error']}")
            else:
                return answer["result"]

    def _note(self, event):
        method, told = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests[told["requestId"]] = told["request"]["url"]
        elif method == "Network.loadingFailed" and told.get("blockedReason") == "csp":
            self.requests.pop(told["requestId"], None)
        elif method == "Log.entryAdded":
            self.complaints.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.complaints.append(str(told["args"]))

    def _receive(self, deadline, what):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            data = os.read(self._from, 1 << 16) if ready else b""
            if not data:
                with open(self._log.name, "rb") as log:
                    raise Late(f"chromium has not answered {what}; it said {log.read()[-2000:]!r}")
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)
