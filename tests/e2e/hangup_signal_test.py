"""An app may say which signal a run gets first when its client is gone: Python's `finally` runs at INT, not at HUP."""

import harness

SCRIPT = """\
import signal, sys, time
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(3))
try:
    print("ready", flush=True)
    time.sleep(300)
finally:
    open("tmp/cleaned-" + sys.argv[1], "w").close()
"""


class HangupSignal(harness.GatewayTest):
    settings = {"term_after": "60s"}

    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v2/job.py", SCRIPT)
        cls.plain.own()
        for signal in ("INT", "TERM", "HUP"):
            cls.gateway.app(signal.lower(), cls.plain.directory, hangup_signal=signal)
        cls.gateway.app("own", cls.plain.directory, hangup_signal="HUP", commands={
            "python3 job.py own": {"hangup_signal": "INT"}, "job": {"run": "python3 job.py named", "hangup_signal": "INT"}})

    def leave(self, app, command=None, word=None):
        process = self.start_ssh(app, command or f"python3 job.py {app}")
        self.assertEqual(process.stdout.readline(), b"ready\n")
        run = self.gateway.wait_for_audit("run.started", app=app, command=command or f"python3 job.py {app}")["run"]
        process.terminate()
        ended = self.gateway.wait_for_audit("run.ended", run=run)
        self.assertEqual(ended["how"], "hangup")
        return ended["status"], (self.plain.directory / f"releases/v2/tmp/cleaned-{word or app}").exists()

    def test_int_and_term_let_python_clean_up(self):
        self.assertEqual(self.leave("int"), (129, True))  # how it ended is the gateway's doing
        self.assertEqual(self.leave("term"), (129, True))

    def test_a_commands_own_comes_before_the_apps(self):
        self.assertEqual(self.leave("own"), (129, True))
        self.assertEqual(self.leave("own", "job", "named"), (129, True))
        self.assertEqual(self.leave("own", "python3 job.py other", "other"), (129, False))

    def test_hup_does_not(self):
        self.assertEqual(self.leave("hup"), (129, False))


if __name__ == "__main__":
    harness.main()
