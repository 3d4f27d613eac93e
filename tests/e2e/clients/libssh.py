"""libssh's own client: libssh_client.cc drives it."""

import harness
from clients.driver import Driver


class LibSsh(Driver):
    name = "libssh"
    insists_on = ("x11",)

    def program(self):
        return [harness.BUILD / "tests/libssh_client"]
