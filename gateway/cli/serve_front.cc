#include "gateway/cli/serve_front.h"

#include <fmt/format.h>

#include <utility>

#include "config/problem.h"
#include "gateway/cli/gateway_options.h"
#include "gateway/front/listener.h"
#include "gateway/role/birth.h"
#include "gateway/ssh/host_key.h"
#include "gateway/ssh/server_side.h"
#include "gateway/ssh/session.h"
#include "gateway/ssh/warm_up.h"

namespace cli {
namespace {

// Parses settings that the broker has checked. `started_with` are the settings of this process's
// start.
std::optional<config::GatewaySettings> Adopt(const std::string& text,
                                             const config::GatewaySettings& started_with,
                                             const base::Log& log) {
  config::Problems problems;
  auto settings = config::ParseGatewaySettings("gateway.json", text, problems);
  for (const config::Problem& problem : problems) log(base::Level::kError, problem.Summary());
  if (!settings) return std::nullopt;
  for (const std::string& key : config::ChangedForNextStart(started_with, *settings)) {
    log(base::Level::kWarning,
        fmt::format("the change of \"{}\" takes effect at the next start", key));
  }
  return settings;
}

// `lines` are host keys as the broker names them.
base::Result<ssh::ServerSide> MakeServerSide(const ssh::ServerOptions& options,
                                             const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return base::Fail(base::Code::kInvalid,
                      "the broker names no host key: it is older than this gateway; restart it");
  }
  std::vector<ssh::HostKey> keys;
  for (const std::string& line : lines) {
    auto key = ssh::ParseHostKey(line);
    if (!key) return base::Fail(std::move(key.error()).Context("a host key of the broker"));
    keys.push_back(std::move(*key));
  }
  return ssh::ServerSide::Create(options, std::move(keys));
}

}  // namespace

base::Result<void> ServeFront(Front front, front::BrokerClient& broker, base::Loop& loop,
                              const base::Clock& clock, const base::Log& log) {
  auto server_side = MakeServerSide(OptionsFrom(front.settings), front.host_keys);
  if (!server_side) return base::Fail(std::move(server_side.error()));
  // Before the first fork, so that each session inherits the filled caches.
  if (auto done = ssh::WarmUp(OptionsFrom(front.settings)); !done) return done;
  role::PrepareFilter(role::kSession.calls);
  if (auto done = front.drop_privileges(front.sockets); !done) return done;
  const auto serve = [&](wire::SessionSockets sockets_of, const base::Log& log_of) {
    return ssh::Session::Serve(*server_side, std::move(sockets_of), clock, log_of);
  };
  front::Listener listener({loop, clock, log, broker, serve}, std::move(front.sockets),
                           BoundsFrom(front.settings));
  std::string in_force = config::FormatGatewaySettings(front.settings);
  const auto adopt = [&](const std::string& text) {
    const auto next = Adopt(text, front.settings, log);
    if (!next) return;
    in_force = text;
    server_side->Adopt(OptionsFrom(*next));
    listener.Adopt(BoundsFrom(*next));
  };
  broker.OnSettings(adopt);
  // A restarted broker may have other keys, and its monitors sign with no others.
  broker.OnHostKeys([&](const std::vector<std::string>& lines) {
    if (auto next = MakeServerSide(server_side->options(), lines)) {
      *server_side = std::move(*next);
      front.host_keys = lines;
    } else {
      log(base::Level::kError, next.error().message());
    }
  });
  if (front.resumed) {
    adopt(front.resumed->settings);
    listener.Resume(*std::exchange(front.resumed, std::nullopt));
  }
  listener.OnCrashes([&](front::Handover handover) {
    if (!broker.connected()) return base::Error(base::Code::kUnavailable, "the broker is away");
    handover.broker = broker.socket();
    handover.directory = broker.directory();
    handover.host_keys = front.host_keys;
    handover.settings_at_start = config::FormatGatewaySettings(front.settings);
    handover.settings = in_force;
    return front::ExecuteAnew(front.arguments, handover);
  });
  return listener.Run();
}

}  // namespace cli
