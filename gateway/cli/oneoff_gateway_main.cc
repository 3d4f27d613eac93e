// oneoff-gateway: the half of the gateway that faces the network.
#include <fmt/format.h>
#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "config/gateway_settings.h"
#include "config/paths.h"
#include "gateway/cli/listening.h"
#include "gateway/cli/logging.h"
#include "gateway/cli/readiness.h"
#include "gateway/cli/serve_front.h"
#include "gateway/front/address.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/handover.h"
#include "gateway/installation/in_force.h"
#include "gateway/role/birth.h"

namespace {

constexpr int kConfigurationError = 78;
constexpr const char* kBrokerSocket = "broker.socket";

base::Error Configuration(std::string message) {
  return {base::Code::kInvalid, std::move(message)};
}

// Writes the addresses that clients can connect to into RUN/listen, one ADDRESS:PORT a line.
base::Result<void> Report(int run, const std::vector<base::UniqueFd>& sockets,
                          const base::Log& log) {
  std::string lines;
  for (const auto& socket : sockets) {
    const auto address = front::LocalAddress(socket.get());
    if (!address) return base::Fail(address.error());
    lines += address->Text() + "\n";
    log(base::Level::kInfo, "listening on " + address->Text());
  }
  return base::ReplaceFile(run, "listen", lines, 0644);
}

// The gateway needs a descriptor for each connection without a login. Sessions have a limit of
// their own.
void AllowDescriptors() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

base::Result<void> BecomeUser(const std::string& name) {
  // For a try, a normal user runs `oneoff serve`: there is no other identity to take.
  if (geteuid() != 0) return role::AssumeIdentity(role::kGateway, {});
  const passwd* user = getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  if (user == nullptr) {
    return base::Fail(Configuration("there is no system user " + base::Quote(name) +
                                    "; make it: systemd-sysusers systemd/oneoff-sysusers.conf"));
  }
  if (user->pw_uid == 0) {
    return base::Fail(Configuration(base::Quote(name) +
                                    " is root, and the process that faces the network must "
                                    "not be root; name another \"gateway_user\""));
  }
  return role::AssumeIdentity(
      role::kGateway, base::Identity{.uid = user->pw_uid, .gid = user->pw_gid, .groups = {}});
}

// The broker may still be starting. It logs its own errors.
void WaitFor(front::BrokerClient& broker, const base::Log& log) {
  bool told = false;
  for (;;) {
    auto connected = broker.Connect();
    if (connected && !broker.host_keys().empty()) return;
    if (connected) {
      connected = base::Fail(base::Code::kInvalid,
                             "it is older than this gateway, and names no host key; restart it");
    }
    if (!told && connected.error().code() != base::Code::kNotFound) {
      log(base::Level::kWarning, "waiting for the broker: " + connected.error().message());
      told = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

base::Result<void> Start(cli::Front front, const std::string& root, const base::Log& log) {
  const config::Paths paths = config::Paths::Under(root);
  auto settings = installation::LoadSettings(paths);
  if (!settings) return base::Fail(std::move(settings.error()));
  front.settings = std::move(*settings);
  if (auto made = base::MakeDirectories(paths.run, 0755); !made) return made;
  auto run = base::OpenDirectory(paths.run);
  if (!run) return base::Fail(std::move(run.error()));
  auto run_of_link = run->Duplicate();
  if (!run_of_link) return base::Fail(std::move(run_of_link.error()));
  // systemd or `oneoff serve` passes sockets. Without them, this process listens while it is still
  // root, because ports below 1024 need a privilege (ip(7)).
  auto sockets = cli::InheritedSockets();
  if (sockets && sockets->empty()) sockets = cli::ListenOnConfigured(front.settings, log);
  if (!sockets) return base::Fail(std::move(sockets.error()));
  front.sockets = std::move(*sockets);

  const base::SystemClock clock;
  base::Loop loop(clock);
  front::BrokerClient broker(loop, std::move(*run_of_link), kBrokerSocket, log);
  WaitFor(broker, log);
  front.host_keys = broker.host_keys();
  const std::string user = front.settings.gateway_user;
  front.drop_privileges = [&](const std::vector<base::UniqueFd>& listening) {
    auto done = Report(run->get(), listening, log);
    run->Reset();
    if (!done) return done;
    cli::TellReady();
    AllowDescriptors();
    return BecomeUser(user);
  };
  return cli::ServeFront(std::move(front), broker, loop, clock, log);
}

// Goes on in the process that has executed itself anew. It has no privileges; every file that it
// needs is open or was read before.
base::Result<void> Resume(cli::Front front, int descriptor, const base::Log& log) {
  base::NameProcess(role::kGateway.title);  // it was executed as /proc/self/exe
  auto handover = front::ReadHandover(base::UniqueFd(descriptor));
  if (!handover) return base::Fail(std::move(handover.error()));
  for (const int socket : handover->sockets) front.sockets.emplace_back(socket);
  front.host_keys = handover->host_keys;
  config::Problems problems;
  auto settings =
      config::ParseGatewaySettings("gateway.json", handover->settings_at_start, problems);
  if (!settings) return base::Fail(Configuration("the handover's settings have errors"));
  front.settings = std::move(*settings);
  front.drop_privileges = [](const auto&) { return role::AssumeIdentity(role::kGateway, {}); };

  const base::SystemClock clock;
  base::Loop loop(clock);
  front::BrokerClient broker(loop, base::UniqueFd(handover->directory), kBrokerSocket, log);
  broker.Resume(base::UniqueFd(handover->broker));
  front.resumed = std::move(*handover);
  return cli::ServeFront(std::move(front), broker, loop, clock, log);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CLI::App app(
        "The half of the gateway that faces the network; `oneoff serve` and the service "
        "start it.",
        "oneoff-gateway");
    std::string root;
    app.add_option("--root", root, "keep everything below this directory");
    // Of the process that has executed itself anew.
    int resume = -1;
    app.add_option("--resume", resume)->group("");
    app.footer("Example:\n  oneoff-gateway --root /tmp/try");
    CLI11_PARSE(app, argc, argv);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);  // the broker reads the changes and sends them
    cli::Front front;
    front.arguments = {argv[0]};
    if (!root.empty()) front.arguments.insert(front.arguments.end(), {"--root", root});
    const base::Log log = cli::LogTo("gateway");
    const auto served =
        resume >= 0 ? Resume(std::move(front), resume, log) : Start(std::move(front), root, log);
    if (served) return 0;
    (void)std::fprintf(stderr, "oneoff-gateway: %s\n", served.error().message().c_str());
    return served.error().code() == base::Code::kInvalid ? kConfigurationError : 1;
  } catch (const std::exception& error) {
    (void)std::fprintf(stderr, "oneoff-gateway: %s\n", error.what());
    return 70;
  }
}
