#include "authz/key_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <utility>

#include "base/text.h"

namespace authz {
namespace {

constexpr std::string_view kSpace = " \t";

struct Option {
  std::size_t column = 0;
  std::string name;  // in lower case
  std::optional<std::string> value;
};

KeyLineFault Fault(std::size_t at, std::string message, std::string hint = {}) {
  return {at + 1, std::move(message), std::move(hint)};
}

// The value of `option`. `at` is the position of its '='; it moves past the closing quote.
tl::expected<std::string, KeyLineFault> ParseValue(std::string_view line, const Option& option,
                                                   std::size_t& at) {
  ++at;
  if (at >= line.size() || line[at] != '"') {
    return tl::unexpected(
        Fault(at, fmt::format("the value of {} is not in double quotes", option.name)));
  }
  std::string value;
  for (++at; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '"') ++at;
    value += line[at];
  }
  if (at >= line.size())
    return tl::unexpected(Fault(option.column, "a double quote is not closed"));
  ++at;
  return value;
}

// The options in front of the type: NAME, NAME="VALUE", separated by commas, ended by a space. `at`
// moves past them.
tl::expected<std::vector<Option>, KeyLineFault> ParseOptions(std::string_view line,
                                                             std::size_t& at) {
  std::vector<Option> options;
  for (;;) {
    Option option;
    option.column = at;
    const std::size_t end = std::min(line.find_first_of(" \t,=\"", at), line.size());
    option.name = std::string(line.substr(at, end - at));
    std::transform(option.name.begin(), option.name.end(), option.name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    at = end;
    if (option.name.empty()) return tl::unexpected(Fault(at, "an option's name is missing"));
    if (at < line.size() && line[at] == '=') {
      auto value = ParseValue(line, option, at);
      if (!value) return tl::unexpected(std::move(value.error()));
      option.value = *std::move(value);
    }
    options.push_back(std::move(option));
    if (at >= line.size() || kSpace.find(line[at]) != std::string_view::npos) return options;
    if (line[at] != ',') {
      return tl::unexpected(Fault(at, "neither a comma nor a space follows an option"));
    }
    ++at;
  }
}

bool IsOneOf(std::string_view name, const std::vector<std::string_view>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// sshd options that forbid features which this gateway does not offer: accepted without effect.
bool ForbidsWhatIsNotServed(std::string_view name) {
  return IsOneOf(name,
                 {"no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc"});
}

KeyLineFault Refusal(const Option& option) {
  const auto fault = [&option](std::string_view why, std::string hint) {
    return Fault(option.column, fmt::format("the option {} {}", base::Escape(option.name, 40), why),
                 std::move(hint));
  };
  if (IsOneOf(option.name, {"command", "environment"})) {
    return fault("is not acted on", "say in policy.json what a person may run");
  }
  if (IsOneOf(option.name, {"cert-authority", "principals"})) {
    return fault("is not acted on by this version", "");
  }
  if (IsOneOf(option.name, {"no-pty", "restrict"})) {
    return fault("is not acted on by this version",
                 "leave it out, or write restrict,pty: terminals cannot be forbidden by key");
  }
  if (IsOneOf(option.name, {"agent-forwarding", "port-forwarding", "x11-forwarding", "user-rc",
                            "permitopen", "permitlisten", "tunnel"})) {
    return fault("asks for what is not served here", "leave it out");
  }
  static const std::vector<std::string> known = {"from", "expiry-time", "no-touch-required",
                                                 "verify-required"};
  const auto nearest = base::Nearest(option.name, known);
  return fault("is unknown", nearest ? fmt::format("did you mean {}?", *nearest) : "");
}

std::optional<KeyLineFault> ApplyValue(const Option& option, KeyLine& line) {
  if (option.name == "from") {
    if (line.from) return Fault(option.column, "from= stands twice");
    auto list = AddressList::Parse(*option.value);
    if (!list) return Fault(option.column, fmt::format("from=: {}", list.error().message()));
    line.from = *std::move(list);
    return std::nullopt;
  }
  if (option.name != "expiry-time") return Refusal(option);
  const auto time = ParseExpiry(*option.value);
  if (!time) {
    return Fault(
        option.column,
        fmt::format("expiry-time= is {}, which is no time", base::Quote(*option.value, 40)),
        "write YYYYMMDD or YYYYMMDDHHMM, with a Z behind it for UTC");
  }
  // As in sshd: the earliest of several expiry times counts.
  line.expires = line.expires ? std::min(*line.expires, *time) : *time;
  return std::nullopt;
}

std::optional<KeyLineFault> Apply(const std::vector<Option>& options, KeyLine& line) {
  // restrict,pty is what is served here: no forwarding, and terminals.
  const bool pty = std::any_of(options.begin(), options.end(), [](const Option& option) {
    return option.name == "pty" && !option.value;
  });
  for (const Option& option : options) {
    if (option.value) {
      if (auto fault = ApplyValue(option, line)) return fault;
    } else if (option.name == "no-touch-required") {
      line.touch_required = false;
    } else if (option.name == "verify-required") {
      line.verify_required = true;
    } else if (IsOneOf(option.name, {"from", "expiry-time"})) {
      return Fault(option.column, fmt::format("the option {} has no value", option.name));
    } else if (!ForbidsWhatIsNotServed(option.name) && option.name != "pty" &&
               !(option.name == "restrict" && pty)) {
      return Refusal(option);
    }
  }
  return std::nullopt;
}

// The `count` digits of `text` at `at`, as a number.
std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  if (at + count > text.size()) return std::nullopt;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Advice for a key type that is not accepted; empty if there is none.
std::string BetterThan(std::string_view type) {
  if (type == "ssh-dss") return "DSA is too weak; make another: ssh-keygen -t ed25519";
  if (type.ends_with("-cert-v01@openssh.com")) {
    return "this is a certificate; its key's own .pub file belongs here";
  }
  return {};
}

// Parses what follows the options: TYPE BASE64 [COMMENT].
tl::expected<std::optional<KeyLine>, KeyLineFault> ParseKey(std::string_view line, std::size_t at,
                                                            const std::vector<Option>& options) {
  const auto word_end = [line](std::size_t from) {
    return std::min(line.find_first_of(kSpace, from), line.size());
  };
  const auto word_begin = [line](std::size_t from) {
    return std::min(line.find_first_not_of(kSpace, from), line.size());
  };
  const std::string_view type = line.substr(at, word_end(at) - at);
  const std::size_t blob_at = word_begin(at + type.size());
  const std::string_view base64 = line.substr(blob_at, word_end(blob_at) - blob_at);
  if (base64.empty()) {
    return tl::unexpected(Fault(at, "a key is missing: TYPE BASE64 COMMENT, as in a .pub file"));
  }
  const auto blob = base::Base64Decode(base64);
  if (!blob) return tl::unexpected(Fault(blob_at, "the key is not sound base64"));
  auto key = PublicKey::Parse(*blob);
  if (!key) return tl::unexpected(Fault(blob_at, key.error().message(), BetterThan(type)));
  if (key->type() != type) {
    return tl::unexpected(Fault(at, fmt::format("the line says {}, its key is of type {}",
                                                base::Quote(type, 64), key->type())));
  }
  KeyLine parsed{.key = *std::move(key), .comment = {}, .from = {}, .expires = {}};
  parsed.comment = std::string(base::Trim(line.substr(blob_at + base64.size())));
  if (auto fault = Apply(options, parsed)) return tl::unexpected(*std::move(fault));
  // Such a key could never log in. The line is refused rather than accepted without effect.
  if (parsed.verify_required && !parsed.key.hardware()) {
    return tl::unexpected(
        Fault(at, "verify-required is for security keys; this key cannot verify its user"));
  }
  return parsed;
}

}  // namespace

std::optional<base::WallTime> ParseExpiry(std::string_view text) {
  const bool utc = !text.empty() && text.back() == 'Z';
  if (utc) text.remove_suffix(1);
  if (text.size() != 8 && text.size() != 12 && text.size() != 14) return std::nullopt;
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 4, 2);
  const auto day = Digits(text, 6, 2);
  const auto hour = text.size() > 8 ? Digits(text, 8, 2) : 0;
  const auto minute = text.size() > 8 ? Digits(text, 10, 2) : 0;
  const auto second = text.size() > 12 ? Digits(text, 12, 2) : 0;
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*year < 1970 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  parts.tm_isdst = -1;
  const std::time_t time = utc ? timegm(&parts) : mktime(&parts);
  // timegm(3) and mktime(3) turn a day that does not exist into another one: refuse it.
  if (time < 0 || parts.tm_mday != *day || parts.tm_mon != *month - 1) return std::nullopt;
  return base::WallTime(std::chrono::seconds(time));
}

tl::expected<std::optional<KeyLine>, KeyLineFault> ParseKeyLine(std::string_view line) {
  if (line.size() > kMaxKeyLine) {
    return tl::unexpected(KeyLineFault{0, fmt::format("longer than {} bytes", kMaxKeyLine), ""});
  }
  // Files that were edited on Windows.
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::size_t begin = line.find_first_not_of(kSpace);
  if (begin == std::string_view::npos || line[begin] == '#') return std::nullopt;
  if (line.find('\0') != std::string_view::npos) {
    return tl::unexpected(Fault(line.find('\0'), "a NUL byte"));
  }
  const std::string_view first =
      line.substr(begin, std::min(line.find_first_of(" \t,=\"", begin), line.size()) - begin);
  const bool type =
      first.substr(0, 4) == "ssh-" || first.substr(0, 6) == "ecdsa-" || first.substr(0, 3) == "sk-";
  if (type) return ParseKey(line, begin, {});
  std::size_t at = begin;
  const auto options = ParseOptions(line, at);
  if (!options) return tl::unexpected(options.error());
  const std::size_t key_at = line.find_first_not_of(kSpace, at);
  if (key_at == std::string_view::npos) {
    return tl::unexpected(Fault(begin, "no key: a line is [OPTIONS] TYPE BASE64 [COMMENT]"));
  }
  return ParseKey(line, key_at, *options);
}

}  // namespace authz
