#include "release/env/foreman_env.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "release/env/value_scan.h"

namespace release {
namespace {

// gsub('\n', "\n").gsub(/\\(.)/, '\1')
std::string Unescape(std::string_view text) {
  const std::string lines = ReplaceAll(text, "\\n", "\n");
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i] == '\\' && i + 1 < lines.size() && lines[i + 1] != '\n') ++i;
    out += lines[i];
  }
  return out;
}

std::string ValueOf(std::string_view raw) {
  const bool closed = raw.size() >= 2 && raw.front() == raw.back();
  const std::string_view inside = closed ? raw.substr(1, raw.size() - 2) : raw;
  if (closed && raw.front() == '\'') return std::string(inside);
  if (closed && raw.front() == '"') return Unescape(inside);
  return std::string(raw);
}

}  // namespace

base::Result<ParsedFile> ParseForemanEnv(std::string_view input) {
  const std::string text = ReplaceAll(input, "\r\n", "\n");
  ValueList list;
  Lines lines(text);
  while (const auto line = lines.Next()) {
    const std::size_t equals = std::min(line->find('='), line->size());
    const std::string_view name = line->substr(0, equals);
    const bool matches =
        equals < line->size() && !name.empty() && std::all_of(name.begin(), name.end(), IsWordByte);
    if (matches) {
      auto set = list.Set(name, ValueOf(line->substr(equals + 1)), lines.number());
      if (!set) return base::Fail(std::move(set.error()));
    } else if (const std::string_view said = base::Trim(*line);
               !said.empty() && said.front() != '#') {
      list.Warn(lines.number(), "no NAME=value: foreman ignores this line");
    }
  }
  return std::move(list).Take();
}

}  // namespace release
