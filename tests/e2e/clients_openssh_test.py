"""The conformance set with OpenSSH's client."""

import harness
from clients.conformance import Conformance
from clients.openssh import OpenSsh


class ClientsOpenSsh(Conformance, harness.GatewayTest):
    adapter = OpenSsh


if __name__ == "__main__":
    harness.main()
