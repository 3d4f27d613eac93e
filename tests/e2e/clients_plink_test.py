"""The conformance set with PuTTY's plink."""

import harness
from clients.conformance import Conformance
from clients.plink import Plink


class ClientsPlink(Conformance, harness.GatewayTest):
    adapter = Plink


if __name__ == "__main__":
    harness.main()
