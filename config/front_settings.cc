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

// Reads a list of addresses and networks.
void ReadNetworks(ObjectReader& reader, const Node& object, const char* key,
                  std::vector<std::string>& networks) {
  if (!reader.Strings(key, networks)) return;
  if (networks.size() > kMaxNetworks) {
    reader.Report(key, fmt::format("has {} networks, more than {}", networks.size(), kMaxNetworks));
  }
  for (const Node& element : object.Find(key)->elements) {
    if (!base::Network::Parse(element.string)) {
      reader.ReportAt(
          element, fmt::format("{} is no address and no network", base::Quote(element.string, 64)),
          "write \"192.0.2.7\", \"192.0.2.0/24\" or \"2001:db8::/32\"");
    }
  }
}

void ReadPenalties(const Document& document, const Node& object, Problems& problems,
                   PenaltySettings& settings) {
  ObjectReader reader(document, object, problems);
  const Range<milliseconds> range{milliseconds(0), hours(24)};
  reader.Duration("crash", range, settings.crash);
  reader.Duration("authfail", range, settings.authfail);
  reader.Duration("grace_exceeded", range, settings.grace_exceeded);
  reader.Duration("noauth", range, settings.noauth);
  reader.Duration("least", range, settings.least);
  reader.Duration("most", range, settings.most);
  reader.Integer("sources", {1, 1'000'000}, settings.sources);
  ReadNetworks(reader, object, "exempt", settings.exempt);
  if (settings.most < settings.least) {
    reader.Report("most",
                  fmt::format("is {}, less than \"least\", which is {}",
                              FormatDuration(settings.most), FormatDuration(settings.least)));
  }
  reader.Finish();
}

std::string FormatList(const std::vector<std::string>& words) {
  // Addresses hold no character that JSON would escape.
  return words.empty() ? "[]" : fmt::format("[\"{}\"]", base::Join(words, "\", \""));
}

}  // namespace

void ReadFrontSettings(const Document& document, ObjectReader& reader, Problems& problems,
                       FrontSettings& settings) {
  if (const Node* const startups = reader.Object("max_startups")) {
    ObjectReader inner(document, *startups, problems);
    inner.Integer("start", {1, kMost}, settings.start);
    inner.Integer("rate", {0, 100}, settings.rate);
    inner.Integer("full", {1, kMost}, settings.full);
    if (settings.full < settings.start) {
      inner.Report("full", fmt::format("is {}, less than \"start\", which is {}", settings.full,
                                       settings.start));
    }
    inner.Finish();
  }
  reader.Integer("per_source", {1, kMost}, settings.per_source);
  if (const Node* const source = reader.Object("source_bits")) {
    ObjectReader inner(document, *source, problems);
    inner.Integer("ipv4", {0, 32}, settings.ipv4_bits);
    inner.Integer("ipv6", {0, 128}, settings.ipv6_bits);
    inner.Finish();
  }
  if (const Node* const penalties = reader.Object("penalties")) {
    ReadPenalties(document, *penalties, problems, settings.penalties);
  }
  if (const Node* const proxy = reader.Object("proxy_protocol")) {
    ObjectReader inner(document, *proxy, problems);
    ReadNetworks(inner, *proxy, "from", settings.proxy_protocol_from);
    inner.Finish();
  }
  reader.Duration("drain", {std::chrono::seconds(1), hours(24 * 30)}, settings.drain);
}

std::string FormatFrontSettings(const FrontSettings& settings) {
  const PenaltySettings& penalties = settings.penalties;
  return fmt::format(
      R"(  "max_startups": {{"start": {}, "rate": {}, "full": {}}},
  "per_source": {},
  "source_bits": {{"ipv4": {}, "ipv6": {}}},
  "penalties": {{
    "crash": "{}",
    "authfail": "{}",
    "grace_exceeded": "{}",
    "noauth": "{}",
    "least": "{}",
    "most": "{}",
    "sources": {},
    "exempt": {}
  }},
  "proxy_protocol": {{"from": {}}},
  "drain": "{}")",
      settings.start, settings.rate, settings.full, settings.per_source, settings.ipv4_bits,
      settings.ipv6_bits, FormatDuration(penalties.crash), FormatDuration(penalties.authfail),
      FormatDuration(penalties.grace_exceeded), FormatDuration(penalties.noauth),
      FormatDuration(penalties.least), FormatDuration(penalties.most), penalties.sources,
      FormatList(penalties.exempt), FormatList(settings.proxy_protocol_from),
      FormatDuration(settings.drain));
}

}  // namespace config
