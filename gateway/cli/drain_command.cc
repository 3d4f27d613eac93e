// `oneoff drain`: ends `oneoff serve` without ending any session or run early.
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "config/paths.h"
#include "gateway/cli/command.h"
#include "gateway/cli/serve_lock.h"

namespace cli {
namespace {

int Drain(const Shared& shared) {
  const auto serve = FindServe(config::Paths::Under(shared.root));
  if (!serve) {
    (void)std::fprintf(stderr, "oneoff: drain: %s\n", serve.error().message().c_str());
    return 1;
  }
  // Not kill(2): by now the pid may name another process (pidfd_open(2)).
  if (syscall(SYS_pidfd_send_signal, serve->get(), SIGUSR1, nullptr, 0) != 0) {
    const auto error = base::Error::System("signal");
    (void)std::fprintf(stderr, "oneoff: drain: %s\n", error.message().c_str());
    return 1;
  }
  (void)std::fprintf(
      stderr,
      "oneoff: no new connection is accepted; waiting for the last session and run to "
      "end (Ctrl-C ends the waiting, not the drain; a second drain ends the service at once)\n");
  pollfd end{serve->get(), POLLIN, 0};
  while (poll(&end, 1, -1) < 0 && errno == EINTR) {
  }
  return 0;
}

}  // namespace

void AddDrain(CLI::App& app, Shared& shared) {
  CLI::App* drain = app.add_subcommand("drain",
                                       "Accept no new connection, wait until the last session and "
                                       "the last run have ended, and end the service");
  drain->footer(
      "It waits no longer than \"drain\" in gateway.json says; then it ends what still runs, as "
      "SIGTERM does.\n\nExample:\n  oneoff --root /srv/oneoff-try drain");
  drain->callback([&shared] { shared.status = Drain(shared); });
}

}  // namespace cli
