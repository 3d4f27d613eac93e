"""The conformance set with npm's ssh2."""

import harness
from clients.conformance import Conformance
from clients.ssh2 import Ssh2


class ClientsSsh2(Conformance, harness.GatewayTest):
    adapter = Ssh2


if __name__ == "__main__":
    harness.main()
