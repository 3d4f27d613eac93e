#include "config/front_settings.h"

#include <fmt/format.h>

#include <cstddef>

#include "base/network.h"
#include "base/text.h"
#include "config/quantity.h"

namespace config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t kMaxNetworks = 256;
constexpr int kMost = 10'000;

// A list of addresses and networks.
void DescribeNetworks(SettingsTable& table, const char* key, std::vector<std::string>& networks) {
  table.Strings(key, networks, [&networks, key](ObjectReader& reader, const Node& object) {
    if (networks.size() > kMaxNetworks) {
      reader.Report(key,
                    fmt::format("has {} networks, more than {}", networks.size(), kMaxNetworks));
    }
    for (const Node& element : object.Find(key)->elements) {
      if (!base::Network::Parse(element.string)) {
        reader.ReportAt(
            element,
            fmt::format("{} is no address and no network", base::Quote(element.string, 64)),
            "write \"192.0.2.7\", \"192.0.2.0/24\" or \"2001:db8::/32\"");
      }
    }
  });
}

void DescribePenalties(SettingsTable& table, PenaltySettings& settings) {
  const Range<milliseconds> range{milliseconds(0), hours(24)};
  table.Duration("crash", range, settings.crash);
  table.Duration("authfail", range, settings.authfail);
  table.Duration("grace_exceeded", range, settings.grace_exceeded);
  table.Duration("noauth", range, settings.noauth);
  table.Duration("least", range, settings.least);
  table.Duration("most", range, settings.most);
  table.Integer("sources", {1, 1'000'000}, settings.sources);
  DescribeNetworks(table, "exempt", settings.exempt);
  table.Condition([&](ObjectReader& reader) {
    if (settings.most >= settings.least) return;
    reader.Report("most",
                  fmt::format("is {}, less than \"least\", which is {}",
                              FormatDuration(settings.most), FormatDuration(settings.least)));
  });
}

void DescribeStartups(SettingsTable& table, FrontSettings& settings) {
  table.Integer("start", {1, kMost}, settings.start);
  table.Integer("rate", {0, 100}, settings.rate);
  table.Integer("full", {1, kMost}, settings.full);
  table.Condition([&](ObjectReader& reader) {
    if (settings.full >= settings.start) return;
    reader.Report("full", fmt::format("is {}, less than \"start\", which is {}", settings.full,
                                      settings.start));
  });
}

}  // namespace

void Describe(SettingsTable& table, FrontSettings& settings) {
  table.Object("max_startups", [&](SettingsTable& inner) { DescribeStartups(inner, settings); });
  table.Integer("per_source", {1, kMost}, settings.per_source);
  table.Object("source_bits", [&](SettingsTable& inner) {
    inner.Integer("ipv4", {0, 32}, settings.ipv4_bits);
    inner.Integer("ipv6", {0, 128}, settings.ipv6_bits);
  });
  table.Object("penalties",
               [&](SettingsTable& inner) { DescribePenalties(inner, settings.penalties); });
  table.Object("proxy_protocol", [&](SettingsTable& inner) {
    DescribeNetworks(inner, "from", settings.proxy_protocol_from);
  });
  table.Duration("drain", {std::chrono::seconds(1), hours(24 * 30)}, settings.drain);
}

}  // namespace config
