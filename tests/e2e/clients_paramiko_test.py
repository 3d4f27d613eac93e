"""The conformance set with Paramiko."""

import harness
from clients.paramiko import Paramiko
from clients.conformance import Conformance


class ClientsParamiko(Conformance, harness.GatewayTest):
    adapter = Paramiko


if __name__ == "__main__":
    harness.main()
