"""The conformance set with libssh's own client."""

import harness
from clients.conformance import Conformance
from clients.libssh import LibSsh


class ClientsLibSsh(Conformance, harness.GatewayTest):
    adapter = LibSsh


if __name__ == "__main__":
    harness.main()
