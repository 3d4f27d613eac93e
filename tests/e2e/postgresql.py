"""A PostgreSQL of the test's own: on a port of the loopback device, as the applications' user."""

import os
import pathlib
import socket
import subprocess

import apps

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
LOCALE = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}


class Cluster:
    """Its one role has the password that is given; nothing is kept safe from a crash, so it is quick."""

    def __init__(self, directory, role, password):
        self.directory = pathlib.Path(directory)
        self.role = role
        self.password = password
        self.directory.mkdir()
        word = self.directory / "password"
        word.write_text(password)
        apps.hand_over(self.directory)
        self._run("initdb", "--no-sync", "--auth=scram-sha-256", "--username", role, "--pwfile", word,
                  "--encoding=UTF8", "--locale=C.UTF-8", "-D", self.directory / "data")
        word.unlink()

    def url(self, database):
        """What Rails calls DATABASE_URL."""
        return f"postgresql://{self.role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self):
        """On a port that was free a moment ago; on another if somebody was faster."""
        for tries_left in (2, 1, 0):
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
            settings = (f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories={self.directory} "
                        "-c fsync=off -c shared_buffers=1MB -c max_connections=20 -c autovacuum=off")
            try:
                return self._run("pg_ctl", "start", "-w", "-t", "60", "-s", "-D", self.directory / "data",
                                 "-l", self.directory / "log", "-o", settings)
            except AssertionError:
                if not tries_left:
                    raise

    def stop(self):
        """May be called twice."""
        if (self.directory / "data/postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-m", "immediate", "-s", "-D", self.directory / "data")

    def query(self, database, sql):
        """The rows as lines, fields apart by `|`."""
        return self._run("psql", "-X", "-q", "-A", "-t", "-d", database, "-c", sql, PGHOST="127.0.0.1",
                         PGPORT=str(self.port), PGUSER=self.role, PGPASSWORD=self.password).rstrip("\n")

    def _run(self, program, *words, **variables):
        whose = {"user": apps.user(), "group": apps.user(), "extra_groups": []} if os.getuid() == 0 else {}
        # Files, not pipes: the server inherits them and keeps them open.
        said = self.directory / f"{program}.out"
        with open(said, "wb") as out:
            status = subprocess.run([PROGRAMS / program, *words], cwd=self.directory, stdout=out, stderr=out,
                                    stdin=subprocess.DEVNULL, env={**LOCALE, **variables}, timeout=90,
                                    check=False, **whose).returncode
        if status != 0:
            raise AssertionError(f"{program} ended with {status}:\n{said.read_text()}")
        return said.read_text()
