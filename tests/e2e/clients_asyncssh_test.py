"""The conformance set with AsyncSSH."""

import harness
from clients.asyncssh import AsyncSsh
from clients.conformance import Conformance


class ClientsAsyncSsh(Conformance, harness.GatewayTest):
    adapter = AsyncSsh


if __name__ == "__main__":
    harness.main()
