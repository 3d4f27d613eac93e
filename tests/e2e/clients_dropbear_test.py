"""The conformance set with Dropbear's dbclient."""

import harness
from clients.conformance import Conformance
from clients.dropbear import Dropbear


class ClientsDropbear(Conformance, harness.GatewayTest):
    adapter = Dropbear


if __name__ == "__main__":
    harness.main()
