"""JSch 0.1, of Debian's libjsch-java: Jsch.java drives it."""

import pathlib
import subprocess

import harness
from clients.driver import Driver

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = "/usr/share/java/jsch.jar"


class Jsch(Driver):
    """It knows neither Curve25519 nor Ed25519, nor signatures by RSA with SHA-2; what it does know is switched off
    unless the settings say otherwise."""

    name = "jsch"
    settings = {"old_clients": True}
    key = ("ecdsa", "-b", "256", "-m", "PEM")
    insists_on = ("x11", "environment")

    def __init__(self, test):
        super().__init__(test)
        subprocess.run(["javac", "-cp", LIBRARY, "-d", test.directory / "java", HERE / "Jsch.java"], check=True,
                       timeout=120)

    @classmethod
    def prepare(cls, test):
        harness.make_key(test.gateway.root / "etc/host_keys/ssh_host_ecdsa_key", "ecdsa", "-b", "256")

    def program(self):
        # Short-lived: compiled little, one heap without threads of its own.
        return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m",
                "-cp", f"{LIBRARY}:{self.test.directory / 'java'}", "Jsch"]
