"""The conformance set with JSch."""

import harness
from clients.conformance import Conformance
from clients.jsch import Jsch


class ClientsJsch(Conformance, harness.GatewayTest):
    adapter = Jsch


if __name__ == "__main__":
    harness.main()
