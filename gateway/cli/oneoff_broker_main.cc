// oneoff-broker: the privileged half of the gateway.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>

#include "base/clock.h"
#include "config/paths.h"
#include "gateway/broker/broker.h"
#include "gateway/cli/logging.h"
#include "gateway/cli/readiness.h"

namespace {

constexpr std::chrono::seconds kPauseAfterFailure{2};

int Serve(const std::string& root, bool foreground) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, number);
  // Before the start, which takes a while: a signal that comes meanwhile stays pending until the
  // broker reads its signalfd (signalfd(2)).
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A write to a peer that has ended fails with EPIPE and does not end the broker (signal(7)).
  (void)signal(SIGPIPE, SIG_IGN);

  using Options = broker::BrokerOptions;
  Options options;
  options.paths = config::Paths::Under(root);
  options.missing_host_key =
      foreground ? Options::MissingHostKey::kMake : Options::MissingHostKey::kRefuse;
  options.at_stop = foreground ? Options::AtStop::kEndRuns : Options::AtStop::kLeaveRuns;
  options.version = ONEOFF_VERSION;
  const cli::Manager manager;
  options.tell_status = [&manager](const std::string& text) { manager.Tell("STATUS=" + text); };
  const base::SystemClock clock;
  auto made = broker::Broker::Create(std::move(options), clock, cli::LogTo("broker"));
  if (!made) {
    (void)std::fprintf(stderr, "oneoff-broker: %s\n", made.error().message().c_str());
    // In the foreground a person reads the message.
    if (foreground || made.error().code() == base::Code::kInvalid) return 78;
    // systemd tries again after any other status: a full disk may have room again. It waits only
    // 200 ms, for a broker that crashed.
    std::this_thread::sleep_for(kPauseAfterFailure);
    return 1;
  }
  manager.Tell("READY=1");
  (*made)->Run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App app("The privileged half of the gateway; `oneoff serve` and the service start it.",
                 "oneoff-broker");
    std::string root;
    bool foreground = false;
    app.add_option("--root", root, "keep everything below this directory");
    app.add_flag("--foreground", foreground, "make a missing host key; end all runs at SIGTERM");
    app.footer("Example:\n  oneoff-broker --root /tmp/try --foreground");
    CLI11_PARSE(app, argc, argv);
    return Serve(root, foreground);
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "oneoff-broker: %s\n", error.what());
    return 70;
  }
}
