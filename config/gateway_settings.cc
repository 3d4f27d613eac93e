#include "config/gateway_settings.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "base/text.h"
#include "config/json_reader.h"
#include "config/quantity.h"

namespace config {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxListen = 16;

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && rest == end && port <= 65535;
}

bool IsListenAddress(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || !IsPort(std::string_view(text).substr(colon + 1))) return false;
  std::string host = text.substr(0, colon);
  int family = AF_INET;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    family = AF_INET6;
  }
  std::array<unsigned char, 16> address{};
  return inet_pton(family, host.c_str(), address.data()) == 1;
}

void ReadListen(ObjectReader& reader, const Node& root, GatewaySettings& settings) {
  if (!reader.Strings("listen", settings.listen)) return;
  if (settings.listen.empty() || settings.listen.size() > kMaxListen) {
    reader.Report("listen",
                  fmt::format("has {} addresses, not 1 to {}", settings.listen.size(), kMaxListen));
  }
  for (const Node& element : root.Find("listen")->elements) {
    if (!IsListenAddress(element.string)) {
      reader.ReportAt(element,
                      fmt::format("{} is no address to listen on", base::Quote(element.string, 64)),
                      "write \"127.0.0.1:2222\" or \"[::1]:2222\"");
    }
  }
}

bool IsUserName(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_";
  return name.size() <= 32 && kLetters.find(name[0]) != std::string_view::npos &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

void ReadTimes(ObjectReader& reader, GatewaySettings& settings) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  reader.Duration("login_grace", {seconds(1), minutes(10)}, settings.login_grace);
  reader.Duration("first_session", {milliseconds(10), hours(24)}, settings.first_session);
  reader.Duration("first_request", {milliseconds(10), hours(24)}, settings.first_request);
  reader.Duration("term_after", {milliseconds(10), minutes(10)}, settings.term_after);
  reader.Duration("kill_after", {milliseconds(10), minutes(10)}, settings.kill_after);
  reader.Duration("keepalive", {milliseconds(50), hours(1)}, settings.keepalive);
  reader.Duration("lost_after", {milliseconds(100), hours(24)}, settings.lost_after);
  reader.Duration("idle_lost_after", {milliseconds(100), hours(24)}, settings.idle_lost_after);
  reader.Duration("linger", {milliseconds(0), minutes(10)}, settings.linger);
  if (settings.lost_after <= settings.keepalive) {
    reader.Report("lost_after", fmt::format("is {}, not longer than \"keepalive\", which is {}",
                                            FormatDuration(settings.lost_after),
                                            FormatDuration(settings.keepalive)));
  }
}

void ReadRecordings(const Document& document, ObjectReader& reader, Problems& problems,
                    RecordingSettings& settings) {
  using std::chrono::hours;
  const Node* const recordings = reader.Object("recordings");
  if (recordings == nullptr) return;
  ObjectReader inner(document, *recordings, problems);
  inner.Duration("retain", {std::chrono::seconds(1), hours(24 * 3650)}, settings.retain);
  inner.Size("max_disk", {0, 1UL << 50}, settings.max_disk);
  inner.Size("per_app", {0, 1UL << 50}, settings.per_app);
  inner.Size("per_person", {0, 1UL << 50}, settings.per_person);
  inner.Duration("min_age", {milliseconds(0), hours(24 * 3650)}, settings.min_age);
  inner.Size("per_run", {64UL << 10, 1UL << 50}, settings.per_run);
  inner.Size("reserve", {0, 1UL << 40}, settings.reserve);
  inner.Duration("pause_limit", {milliseconds(10), hours(24)}, settings.pause_limit);
  inner.Finish();
}

}  // namespace

std::optional<GatewaySettings> ParseGatewaySettings(const std::string& file,
                                                    const std::string& text, Problems& problems) {
  Problems found;
  GatewaySettings settings;
  if (const auto document = Document::Parse(file, text, found)) {
    ObjectReader reader(*document, document->root(), found);
    ReadListen(reader, document->root(), settings);
    if (reader.String("gateway_user", settings.gateway_user) &&
        !IsUserName(settings.gateway_user)) {
      reader.Report("gateway_user", fmt::format("is {}, which is no user's name",
                                                base::Quote(settings.gateway_user, 64)));
    } else if (settings.gateway_user == "root") {
      reader.Report("gateway_user", "is root, as which nothing that reads from strangers runs",
                    "name a user that owns nothing, such as oneoff-gateway");
    }
    reader.Bool("nist_curves", settings.nist_curves);
    reader.Bool("old_clients", settings.old_clients);
    reader.Integer("channels", {1, 100}, settings.channels);
    reader.Integer("runs_per_person", {1, 1000}, settings.runs_per_person);
    reader.Integer("requests_per_person", {1, 1000}, settings.requests_per_person);
    reader.Integer("refusals_per_minute", {1, 100'000}, settings.refusals_per_minute);
    reader.Integer("max_connections", {1, 10'000}, settings.max_connections);
    reader.Integer("connections_per_person", {1, 10'000}, settings.connections_per_person);
    reader.Integer("connections_per_source", {1, 10'000}, settings.connections_per_source);
    ReadFrontSettings(*document, reader, found, settings.front);
    reader.Integer("key_tries", {1, 100}, settings.key_tries);
    reader.Integer("key_probes", {1, 1000}, settings.key_probes);
    if (const Node* const environment = reader.Object("environment")) {
      ObjectReader inner(*document, *environment, found);
      inner.Integer("variables", {0, 1000}, settings.environment_variables);
      inner.Size("bytes", {0, 1U << 20U}, settings.environment_bytes);
      inner.Finish();
    }
    reader.Integer("packets_before_login", {20, 100'000}, settings.packets_before_login);
    reader.Size("bytes_held", {2UL << 20, 64UL << 20}, settings.bytes_held);
    reader.Size("bytes_held_per_connection", {2UL << 20, 1UL << 30},
                settings.bytes_held_per_connection);
    reader.Size("bytes_held_per_person", {2UL << 20, 64UL << 30}, settings.bytes_held_per_person);
    reader.Size("bytes_held_per_source", {2UL << 20, 64UL << 30}, settings.bytes_held_per_source);
    if (const Node* const rekey = reader.Object("rekey")) {
      ObjectReader inner(*document, *rekey, found);
      inner.Size("bytes", {1UL << 20, 1UL << 40}, settings.rekey_bytes);
      inner.Duration("time", {std::chrono::seconds(1), std::chrono::hours(24)},
                     settings.rekey_time);
      inner.Finish();
    }
    ReadTimes(reader, settings);
    if (const Node* const watch = reader.Object("watch")) {
      ObjectReader inner(*document, *watch, found);
      inner.Integer("at_once", {1, 1000}, settings.watch.at_once);
      inner.Integer("per_person", {1, 1000}, settings.watch.per_person);
      inner.Duration("patience", {milliseconds(10), std::chrono::hours(1)},
                     settings.watch.patience);
      inner.Size("behind", {1UL << 20, 1UL << 40}, settings.watch.behind);
      inner.Finish();
    }
    ReadRecordings(*document, reader, found, settings.recordings);
    ReadAuditSettings(*document, reader, found, settings.audit);
    reader.Finish();
  }
  const bool good = !HasErrors(found);
  for (Problem& problem : found) Add(problems, std::move(problem));
  if (!good) return std::nullopt;
  return settings;
}

std::string FormatGatewaySettings(const GatewaySettings& settings) {
  // Addresses and a user's name hold no character that JSON would escape.
  return fmt::format(
      R"({{
  "listen": ["{}"],
  "gateway_user": "{}",
  "login_grace": "{}",
  "first_session": "{}",
  "first_request": "{}",
  "nist_curves": {},
  "old_clients": {},
  "channels": {},
  "runs_per_person": {},
  "requests_per_person": {},
  "refusals_per_minute": {},
  "max_connections": {},
  "connections_per_person": {},
  "connections_per_source": {},
{},
  "key_tries": {},
  "key_probes": {},
  "environment": {{"variables": {}, "bytes": "{}"}},
  "packets_before_login": {},
  "bytes_held": "{}",
  "bytes_held_per_connection": "{}",
  "bytes_held_per_person": "{}",
  "bytes_held_per_source": "{}",
  "rekey": {{"bytes": "{}", "time": "{}"}},
  "term_after": "{}",
  "kill_after": "{}",
  "keepalive": "{}",
  "lost_after": "{}",
  "idle_lost_after": "{}",
  "linger": "{}",
  "recordings": {{"retain": "{}", "max_disk": "{}", "per_app": "{}", "per_person": "{}", "min_age": "{}", "per_run": "{}", "reserve": "{}", "pause_limit": "{}"}},
  "watch": {{"at_once": {}, "per_person": {}, "patience": "{}", "behind": "{}"}},
{}
}}
)",
      base::Join(settings.listen, "\", \""), settings.gateway_user,
      FormatDuration(settings.login_grace), FormatDuration(settings.first_session),
      FormatDuration(settings.first_request), settings.nist_curves, settings.old_clients,
      settings.channels, settings.runs_per_person, settings.requests_per_person,
      settings.refusals_per_minute, settings.max_connections, settings.connections_per_person,
      settings.connections_per_source, FormatFrontSettings(settings.front), settings.key_tries,
      settings.key_probes, settings.environment_variables, FormatSize(settings.environment_bytes),
      settings.packets_before_login, FormatSize(settings.bytes_held),
      FormatSize(settings.bytes_held_per_connection), FormatSize(settings.bytes_held_per_person),
      FormatSize(settings.bytes_held_per_source), FormatSize(settings.rekey_bytes),
      FormatDuration(settings.rekey_time), FormatDuration(settings.term_after),
      FormatDuration(settings.kill_after), FormatDuration(settings.keepalive),
      FormatDuration(settings.lost_after), FormatDuration(settings.idle_lost_after),
      FormatDuration(settings.linger), FormatDuration(settings.recordings.retain),
      FormatSize(settings.recordings.max_disk), FormatSize(settings.recordings.per_app),
      FormatSize(settings.recordings.per_person), FormatDuration(settings.recordings.min_age),
      FormatSize(settings.recordings.per_run), FormatSize(settings.recordings.reserve),
      FormatDuration(settings.recordings.pause_limit), settings.watch.at_once,
      settings.watch.per_person, FormatDuration(settings.watch.patience),
      FormatSize(settings.watch.behind), FormatAuditSettings(settings.audit));
}

}  // namespace config
