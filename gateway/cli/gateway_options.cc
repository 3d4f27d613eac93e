#include "gateway/cli/gateway_options.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/network.h"

namespace cli {
namespace {

std::vector<base::Network> Networks(const std::vector<std::string>& texts) {
  std::vector<base::Network> networks;
  for (const std::string& text : texts) {
    if (const auto network = base::Network::Parse(text)) networks.push_back(*network);
  }
  return networks;
}

// Honest clients may fill all their windows: so many bytes of each channel.
constexpr std::size_t kHonest = 1'300'000;

}  // namespace

ssh::ServerOptions OptionsFrom(const config::GatewaySettings& settings) {
  ssh::ServerOptions options;
  options.login_grace = settings.login_grace;
  options.first_session = settings.first_session;
  options.first_request = settings.first_request;
  if (settings.nist_curves) options.key_exchange += ssh::ServerOptions::kNistKeyExchange;
  if (settings.old_clients) options.macs += ssh::ServerOptions::kOldMacs;
  options.channels = static_cast<std::size_t>(settings.channels);
  options.environment_variables = static_cast<std::size_t>(settings.environment_variables);
  options.environment_bytes = settings.environment_bytes;
  options.packets_before_login = static_cast<std::uint64_t>(settings.packets_before_login);
  options.bytes_held = settings.bytes_held;
  options.bytes_held_in_all =
      std::max(settings.bytes_held_per_connection, options.channels * kHonest);
  options.rekey_bytes = settings.rekey_bytes;
  options.rekey_time = std::chrono::ceil<std::chrono::seconds>(settings.rekey_time);
  options.keepalive = settings.keepalive;
  options.lost_after = settings.lost_after;
  options.idle_lost_after = settings.idle_lost_after;
  options.linger = settings.linger;
  return options;
}

front::FrontBounds BoundsFrom(const config::GatewaySettings& settings) {
  const config::FrontSettings& front = settings.front;
  front::FrontBounds bounds;
  bounds.max_connections = static_cast<std::size_t>(settings.max_connections);
  bounds.connections_per_person = static_cast<std::size_t>(settings.connections_per_person);
  bounds.connections_per_source = static_cast<std::size_t>(settings.connections_per_source);
  const std::size_t honest = static_cast<std::size_t>(settings.runs_per_person) * kHonest;
  bounds.bytes_held_per_person = std::max(settings.bytes_held_per_person, honest);
  bounds.bytes_held_per_source =
      std::max(settings.bytes_held_per_source, bounds.bytes_held_per_person);
  bounds.start = static_cast<std::size_t>(front.start);
  bounds.rate = static_cast<std::size_t>(front.rate);
  bounds.full = static_cast<std::size_t>(front.full);
  bounds.per_source = static_cast<std::size_t>(front.per_source);
  bounds.ipv4_bits = front.ipv4_bits;
  bounds.ipv6_bits = front.ipv6_bits;
  bounds.login_grace = settings.login_grace;
  bounds.drain = front.drain;
  const config::PenaltySettings& penalties = front.penalties;
  bounds.penalties = {penalties.crash,
                      penalties.authfail,
                      penalties.grace_exceeded,
                      penalties.noauth,
                      penalties.least,
                      penalties.most,
                      static_cast<std::size_t>(penalties.sources),
                      {}};
  bounds.penalties.exempt = Networks(penalties.exempt);
  bounds.balancers = Networks(front.proxy_protocol_from);
  return bounds;
}

}  // namespace cli
