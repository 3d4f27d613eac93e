"""Net::SSH, on ruby: net_ssh.rb drives it. As Debian packages it, without the gem x25519."""

import pathlib

from clients.driver import Driver

HERE = pathlib.Path(__file__).resolve().parent


class NetSsh(Driver):
    name = "net-ssh"
    # It reads no RSA key in OpenSSH's own format (with OpenSSL 3), and for other kinds it needs further gems.
    key = ("rsa", "-b", "3072", "-m", "PEM")

    def program(self):
        return ["/usr/bin/ruby", HERE / "net_ssh.rb"]
