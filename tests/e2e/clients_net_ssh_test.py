"""The conformance set with Net::SSH."""

import harness
from clients.conformance import Conformance
from clients.net_ssh import NetSsh


class ClientsNetSsh(Conformance, harness.GatewayTest):
    adapter = NetSsh


if __name__ == "__main__":
    harness.main()
