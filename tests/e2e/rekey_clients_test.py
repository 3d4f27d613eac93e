"""Uploads of other clients go on across their key exchanges, as with this machine's sshd: AsyncSSH sends data between
its KEXINIT and its NEWKEYS, and plink's waits for a packet after an exchange."""

import asyncio
import hashlib
import socket
import subprocess
import threading
import time

import asyncssh

import harness

MIB = 1 << 20


class RekeyAsyncSsh(harness.GatewayTest):
    settings = {"rekey": {"bytes": "1T", "time": "1h"}}

    def upload(self, command, data, **options):
        async def run():
            known = asyncssh.import_known_hosts((self.directory / f"known_hosts-{self.client.port}").read_text())
            async with asyncssh.connect("127.0.0.1", self.client.port, username="plain", known_hosts=known, config=None,
                                        client_keys=[str(self.client.key("bob"))], agent_path=None,
                                        **options) as connection:
                return await asyncio.wait_for(connection.run(command, input=data, encoding=None), 100)

        return asyncio.run(run())

    def test_it_sends_data_during_its_key_exchanges(self):
        data = bytes(range(256)) * (40 * 1024)
        result = self.upload("sha256sum", data, rekey_bytes=1_000_000)
        self.assertEqual((result.exit_status, result.stdout.split()[0].decode()),
                         (0, hashlib.sha256(data).hexdigest()))

    def test_and_so_it_does_with_echoed_data(self):
        data = bytes(range(256)) * (8 * 1024)
        result = self.upload("cat", data, rekey_bytes=300_000)
        self.assertEqual((result.exit_status, result.stdout == data), (0, True))

    def test_it_opens_channels_during_them(self):
        async def run():
            known = asyncssh.import_known_hosts((self.directory / f"known_hosts-{self.client.port}").read_text())
            async with asyncssh.connect("127.0.0.1", self.client.port, username="plain", known_hosts=known, config=None,
                                        client_keys=[str(self.client.key("bob"))], agent_path=None,
                                        rekey_bytes=300) as connection:
                for number in range(20):
                    results = await asyncio.wait_for(asyncio.gather(*(
                        connection.run(f"echo {number} {each}") for each in range(3))), 100)
                    self.assertEqual([result.stdout for result in results],
                                     [f"{number} {each}\n" for each in range(3)])

        asyncio.run(run())


class Narrow:
    """A line to a port of this host that brings what the server says in small pieces, as a busy network does: a client
    may see the last packet of a key exchange after it has dealt with the others."""

    PIECE = 64       # bytes
    PAUSE = 0.001    # seconds, between two pieces

    def __init__(self, port):
        self._server = port
        self.longest_pause = 0.0  # seconds, between two pieces that the client sent
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        try:
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass, args=(client, server, 1 << 16, 0), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, self.PIECE, self.PAUSE), daemon=True).start()
        except OSError:
            pass

    def _pass(self, source, sink, size, pause):
        try:
            while True:
                began = time.monotonic()
                piece = source.recv(size)
                if not piece:
                    break
                if not pause:
                    self.longest_pause = max(self.longest_pause, time.monotonic() - began)
                sink.sendall(piece)
                time.sleep(pause)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)  # the other thread may be reading of it, and only that ends it then
            except OSError:
                pass
            one.close()


class RekeyPlink(harness.GatewayTest):
    # The keepalive is the default: packets at short intervals would wake it.
    SIZE = 20 * MIB
    STALL = 10.0  # seconds; plink's lasts until the next keepalive, 15 s

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["puttygen", cls.client.key("bob"), "-O", "private", "-o", cls.directory / "bob.ppk"], check=True)
        sessions = cls.directory / "putty/sessions"
        sessions.mkdir(parents=True)
        (sessions / "rekeying").write_text("Protocol=ssh\nRekeyBytes=1M\n")

    def longest_pause(self, server, user, path):
        """The longest time in an upload, with new keys after each MiB, in which plink sent nothing."""
        public = self.directory / "host_key.pub"
        public.write_text(next(key for key in server.host_keys() if key.startswith("ssh-ed25519 ")))
        line = Narrow(server.port)
        self.addCleanup(line.close)
        told = subprocess.run(["ssh-keygen", "-l", "-f", public], check=True, capture_output=True, text=True)
        data = path.open("rb")
        self.addCleanup(data.close)
        result = subprocess.run(
            ["plink", "-load", "rekeying", "-batch", "-no-antispoof", "-noagent", "-hostkey", told.stdout.split()[1],
             "-i", self.directory / "bob.ppk", "-P", str(line.port), "-l", user, "127.0.0.1", "sha256sum"],
            stdin=data, capture_output=True, timeout=200, check=False,
            env={**self.client.environment(), "PUTTYDIR": str(self.directory / "putty")})
        self.assertEqual((result.returncode, result.stdout.split()[:1], result.stderr),
                         (0, [hashlib.sha256(path.read_bytes()).hexdigest().encode()], b""))
        return line.longest_pause

    def test_its_uploads_do_not_stall(self):
        data = self.directory / "upload"
        data.write_bytes(bytes(self.SIZE))
        self.assertLess(self.longest_pause(self.gateway, "plain", data), self.STALL)


if __name__ == "__main__":
    harness.main()
