#include "config/gateway_settings.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "base/text.h"
#include "config/json_reader.h"
#include "config/on_disconnect.h"
#include "config/quantity.h"
#include "config/settings_table.h"

namespace config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

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

void CheckListen(const std::vector<std::string>& addresses, ObjectReader& reader,
                 const Node& object) {
  if (addresses.empty() || addresses.size() > kMaxListen) {
    reader.Report("listen",
                  fmt::format("has {} addresses, not 1 to {}", addresses.size(), kMaxListen));
  }
  for (const Node& element : object.Find("listen")->elements) {
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

void CheckUser(const std::string& name, ObjectReader& reader) {
  if (!IsUserName(name)) {
    reader.Report("gateway_user",
                  fmt::format("is {}, which is no user's name", base::Quote(name, 64)));
  } else if (name == "root") {
    reader.Report("gateway_user", "is root, as which nothing that reads from strangers runs",
                  "name a user that owns nothing, such as oneoff-gateway");
  }
}

void DescribeAlgorithms(SettingsTable& table, GatewaySettings& settings) {
  table.Bool({"nist_curves", Effective::kAtNextStart}, settings.nist_curves);
  table.Bool({"old_clients", Effective::kAtNextStart}, settings.old_clients);
}

// What one person and one source may have at once.
void DescribeShares(SettingsTable& table, GatewaySettings& settings) {
  table.Integer("channels", {1, 100}, settings.channels);
  table.Integer("runs_per_person", {1, 1000}, settings.runs_per_person);
  table.Integer("requests_per_person", {1, 1000}, settings.requests_per_person);
  table.Integer("refusals_per_minute", {1, 100'000}, settings.refusals_per_minute);
  table.Integer("max_connections", {1, 10'000}, settings.max_connections);
  table.Integer("connections_per_person", {1, 10'000}, settings.connections_per_person);
  table.Integer("connections_per_source", {1, 10'000}, settings.connections_per_source);
}

// What one connection may send.
void DescribeInput(SettingsTable& table, GatewaySettings& settings) {
  table.Integer("key_tries", {1, 100}, settings.key_tries);
  table.Integer("key_probes", {1, 1000}, settings.key_probes);
  table.Object("environment", [&](SettingsTable& inner) {
    inner.Integer("variables", {0, 1000}, settings.environment_variables);
    inner.Size("bytes", {0, 1U << 20U}, settings.environment_bytes);
  });
  table.Integer("packets_before_login", {20, 100'000}, settings.packets_before_login);
  table.Size("bytes_held", {2UL << 20, 64UL << 20}, settings.bytes_held);
  table.Size("bytes_held_per_connection", {2UL << 20, 1UL << 30},
             settings.bytes_held_per_connection);
  table.Size("bytes_held_per_person", {2UL << 20, 64UL << 30}, settings.bytes_held_per_person);
  table.Size("bytes_held_per_source", {2UL << 20, 64UL << 30}, settings.bytes_held_per_source);
  table.Object("rekey", [&](SettingsTable& inner) {
    inner.Size("bytes", {1UL << 20, 1UL << 40}, settings.rekey_bytes);
    inner.Duration("time", {seconds(1), hours(24)}, settings.rekey_time);
  });
}

// How a run is ended, and when a connection counts as lost.
void DescribeEnds(SettingsTable& table, GatewaySettings& settings) {
  table.Duration("term_after", {milliseconds(10), minutes(10)}, settings.term_after);
  table.Duration("kill_after", {milliseconds(10), minutes(10)}, settings.kill_after);
  table.Duration("keepalive", {milliseconds(50), hours(1)}, settings.keepalive);
  table.Duration("lost_after", {milliseconds(100), hours(24)}, settings.lost_after);
  table.Condition([&](ObjectReader& reader) {
    if (settings.lost_after > settings.keepalive) return;
    reader.Report("lost_after", fmt::format("is {}, not longer than \"keepalive\", which is {}",
                                            FormatDuration(settings.lost_after),
                                            FormatDuration(settings.keepalive)));
  });
  table.Duration("idle_lost_after", {milliseconds(100), hours(24)}, settings.idle_lost_after);
  table.Object("on_disconnect", [&](SettingsTable& inner) {
    const auto check = [](const char* key, const std::string& value) {
      return [key, &value](ObjectReader& reader, const Node&) {
        const bool is_default = key == std::string_view("lost") && value == kDefaultOnLost;
        if (is_default || ParseDisconnect(value)) return;
        reader.Report(key, fmt::format("is {}", base::Quote(value, 64)),
                      std::string(kDisconnectHint));
      };
    };
    inner.String("left", settings.on_left, check("left", settings.on_left));
    inner.String("lost", settings.on_lost, check("lost", settings.on_lost));
  });
  table.Duration("linger", {milliseconds(0), minutes(10)}, settings.linger);
}

void DescribeRecordings(SettingsTable& table, RecordingSettings& settings) {
  table.Duration("retain", {seconds(1), hours(24 * 3650)}, settings.retain);
  table.Size("max_disk", {0, 1UL << 50}, settings.max_disk);
  table.Size("per_app", {0, 1UL << 50}, settings.per_app);
  table.Size("per_person", {0, 1UL << 50}, settings.per_person);
  table.Duration("min_age", {milliseconds(0), hours(24 * 3650)}, settings.min_age);
  table.Size("per_run", {64UL << 10, 1UL << 50}, settings.per_run);
  table.Size("reserve", {0, 1UL << 40}, settings.reserve);
  table.Duration("pause_limit", {milliseconds(10), hours(24)}, settings.pause_limit);
}

void DescribeWatch(SettingsTable& table, WatchSettings& settings) {
  table.Integer("at_once", {1, 1000}, settings.at_once);
  table.Integer("per_person", {1, 1000}, settings.per_person);
  table.Duration("patience", {milliseconds(10), hours(1)}, settings.patience);
  table.Size("behind", {1UL << 20, 1UL << 40}, settings.behind);
}

// Every key of gateway.json, in the order of config/gateway.json.
void Describe(SettingsTable& table, GatewaySettings& settings) {
  table.Strings({"listen", Effective::kAtNextStart}, settings.listen,
                [&](ObjectReader& reader, const Node& object) {
                  CheckListen(settings.listen, reader, object);
                });
  table.String({"gateway_user", Effective::kAtNextStart}, settings.gateway_user,
               [&](ObjectReader& reader, const Node& /*object*/) {
                 CheckUser(settings.gateway_user, reader);
               });
  table.Duration("login_grace", {seconds(1), minutes(10)}, settings.login_grace);
  table.Duration("first_session", {milliseconds(10), hours(24)}, settings.first_session);
  table.Duration("first_request", {milliseconds(10), hours(24)}, settings.first_request);
  DescribeAlgorithms(table, settings);
  DescribeShares(table, settings);
  Describe(table, settings.front);
  DescribeInput(table, settings);
  DescribeEnds(table, settings);
  table.Object("recordings",
               [&](SettingsTable& inner) { DescribeRecordings(inner, settings.recordings); });
  table.Object("watch", [&](SettingsTable& inner) { DescribeWatch(inner, settings.watch); });
  table.Object({"audit", Effective::kAtNextStart},
               [&](SettingsTable& inner) { Describe(inner, settings.audit); });
}

}  // namespace

std::optional<GatewaySettings> ParseGatewaySettings(const std::string& file,
                                                    const std::string& text, Problems& problems) {
  Problems found;
  GatewaySettings settings;
  if (const auto document = Document::Parse(file, text, found)) {
    ObjectReader reader(*document, document->root(), found);
    SettingsReader table(*document, document->root(), reader, found);
    Describe(table, settings);
    reader.Finish();
  }
  const bool good = !HasErrors(found);
  for (Problem& problem : found) Add(problems, std::move(problem));
  if (!good) return std::nullopt;
  return settings;
}

std::string FormatGatewaySettings(const GatewaySettings& settings) {
  GatewaySettings copy = settings;  // a table takes members that its reader may set
  SettingsWriter writer;
  Describe(writer, copy);
  return writer.Text() + "\n";
}

std::vector<std::string> ChangedForNextStart(GatewaySettings started_with, GatewaySettings now) {
  SettingsWriter before;
  Describe(before, started_with);
  SettingsWriter after;
  Describe(after, now);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < before.lines().size(); ++i) {
    const SettingsWriter::Line& line = after.lines()[i];
    const bool changed = line.value != before.lines()[i].value;
    if (changed && line.effective == Effective::kAtNextStart) keys.push_back(line.key);
  }
  return keys;
}

}  // namespace config
