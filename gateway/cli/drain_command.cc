// `oneoff drain`: ends `oneoff serve` without ending anybody's session.
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
  if (syscall(SYS_pidfd_send_signal, serve->get(), SIGUSR1, nullptr, 0) != 0) {
    const auto error = base::Error::System("signal");
    (void)std::fprintf(stderr, "oneoff: drain: %s\n", error.message().c_str());
    return 1;
  }
  (void)std::fprintf(stderr,
                     "oneoff: nobody new is let in; waiting for those who are there (Ctrl-C ends "
                     "the waiting, not the drain; a second drain ends it at once)\n");
  pollfd end{serve->get(), POLLIN, 0};
  while (poll(&end, 1, -1) < 0 && errno == EINTR) {
  }
  return 0;
}

}  // namespace

void AddDrain(CLI::App& app, Shared& shared) {
  CLI::App* drain = app.add_subcommand("drain",
                                       "Lets nobody new in, waits until the last session and the "
                                       "last run are over, and ends the service.");
  drain->footer(
      "It waits no longer than \"drain\" in gateway.json says; then what still runs is ended as by "
      "SIGTERM.\n\nExample:\n  oneoff --root /srv/oneoff-try drain");
  drain->callback([&shared] { shared.status = Drain(shared); });
}

}  // namespace cli
