#include "release/env/dotenv_value.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

#include "release/env/value_scan.h"

namespace release {
namespace {

// String#strip: white space and zero bytes.
std::string_view Strip(std::string_view text) {
  constexpr std::string_view kStripped("\t\n\v\f\r \0", 7);
  const std::size_t first = text.find_first_not_of(kStripped);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kStripped) - first + 1);
}

// Dotenv::Parser#expand_newlines
std::string ExpandNewlines(std::string_view value, const Lookup& lookup) {
  const std::string* mode = lookup("DOTENV_LINEBREAK_MODE");
  const bool legacy = mode != nullptr && *mode == "legacy";
  const std::string newlines = ReplaceAll(value, "\\n", legacy ? "\n" : "\\\\n");
  return ReplaceAll(newlines, "\\r", legacy ? "\r" : "\\\\r");
}

// gsub(/\\([^$])/, '\1')
std::string Unescape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size() && value[i + 1] != '$') ++i;
    out += value[i];
  }
  return out;
}

// For each '(' of `value` where `\((?:[^()]|\g<cmd>)+\)` matches, the end of the match: balanced
// parentheses without an empty pair. 0 for every other position.
std::vector<std::size_t> CommandEnds(std::string_view value) {
  std::vector<std::size_t> ends(value.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '(') {
      open.push_back(i);
    } else if (value[i] == ')' && !open.empty()) {
      if (value[i - 1] == '(') {
        open.clear();  // an empty pair: no open parenthesis can match
      } else {
        ends[open.back()] = i + 1;
        open.pop_back();
      }
    }
  }
  return ends;
}

// Dotenv::Substitutions::Command. Dotenv would run the command; this refuses it. An escaped one
// stays text.
base::Result<std::string> RefuseCommands(std::string_view value) {
  if (value.find("$(") == std::string_view::npos) return std::string(value);
  const std::vector<std::size_t> ends = CommandEnds(value);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool backslash = value[i] == '\\' && value.substr(i + 1, 2) == "$(";
    const std::size_t dollar = backslash ? i + 1 : i;
    const std::size_t end = value.substr(dollar, 2) == "$(" ? ends[dollar + 1] : 0;
    if (end == 0) {
      out += value[i];
      continue;
    }
    if (!backslash) {
      return base::Fail(base::Code::kInvalid,
                        "a command substitution: dotenv would run it, oneoff does not");
    }
    out += value.substr(dollar, end - dollar);
    i = end - 1;
  }
  return out;
}

tl::unexpected<base::Error> TooLarge() {
  return base::Fail(base::Code::kTooLarge, WhyNotInEnvironment());
}

// The text after a `$`: `NAME`, `{NAME}`, or only a part of these.
struct Reference {
  std::string_view name;  // may be empty
  std::size_t end;
};

// \{?([A-Z0-9_]+)?\}? at `at`.
Reference ReferenceAt(std::string_view value, std::size_t at) {
  if (at < value.size() && value[at] == '{') ++at;
  std::size_t end = at;
  while (end < value.size() && IsWordByte(value[end])) ++end;
  const std::string_view name = value.substr(at, end - at);
  if (end < value.size() && value[end] == '}') ++end;
  return {name, end};
}

// Dotenv::Substitutions::Variable: /(\\)?(\$)(?!\()\{?([A-Z0-9_]+)?\}?/i
base::Result<std::string> Substitute(std::string_view value, const Lookup& lookup) {
  std::string out;
  for (std::size_t i = 0; i < value.size();) {
    const bool backslash = value.substr(i, 2) == "\\$";
    const std::size_t dollar = backslash ? i + 1 : i;
    if (value[dollar] != '$' || value.substr(dollar + 1, 1) == "(") {
      out += value[i++];
      continue;
    }
    const Reference reference = ReferenceAt(value, dollar + 1);
    if (backslash || reference.name.empty()) {
      out += value.substr(dollar, reference.end - dollar);
    } else if (const std::string* found = lookup(reference.name)) {
      out += *found;
    }
    if (out.size() > kMaxValue) return TooLarge();
    i = reference.end;
  }
  return out;
}

}  // namespace

base::Result<std::string> DotenvValue(std::string_view raw, const Lookup& lookup) {
  std::string_view value = Strip(raw);
  char quote = 0;
  if (value.size() >= 2 && value.front() == value.back() &&
      (value.front() == '\'' || value.front() == '"')) {
    quote = value.front();
    value = value.substr(1, value.size() - 2);
  }
  if (value.size() > kMaxValue) return TooLarge();
  // Ruby's dotenv expands nothing in single quotes.
  if (quote == '\'') return std::string(value);
  const std::string unescaped =
      quote == '"' ? Unescape(ExpandNewlines(value, lookup)) : Unescape(value);
  auto plain = RefuseCommands(unescaped);
  if (!plain) return plain;
  return Substitute(*plain, lookup);
}

}  // namespace release
