#include "release/env/docker_env.h"

#include <algorithm>
#include <string>
#include <utility>

#include "release/env/value_scan.h"

namespace release {
namespace {

constexpr std::size_t kMaxLine = 64UL * 1024UL - 1;  // bytes; Go's bufio.MaxScanTokenSize

base::Result<void> Take(std::string_view line, std::size_t number, ValueList& list) {
  line.remove_prefix(SkipSpace(line, 0, Spaces::kPython));  // close to Go's unicode.IsSpace
  if (line.empty() || line.front() == '#') return {};
  const std::size_t equals = std::min(line.find('='), line.size());
  const std::string_view name = line.substr(0, equals);
  if (name.find_first_of(" \t") != std::string_view::npos) {
    return FailAtLine(number, "", "white space in what is before the '=', which docker refuses");
  }
  if (name.empty()) return FailAtLine(number, "", "there is no name before the '='");
  if (equals == line.size()) {
    // The caller's environment is the gateway's here, which is none of the app's.
    list.Warn(number, "no '=': docker would take the value from its caller; nothing is set");
    return {};
  }
  return list.Set(name, std::string(line.substr(equals + 1)), number);
}

}  // namespace

base::Result<ParsedFile> ParseDockerEnv(std::string_view text) {
  if (auto utf8 = RequireUtf8(text); !utf8) return base::Fail(std::move(utf8.error()));
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  ValueList list;
  Lines lines(text);
  while (auto line = lines.Next()) {
    if (line->size() > kMaxLine) {
      return FailAtLine(lines.number(), "", "a line of 64 KiB or more, which docker refuses");
    }
    if (line->ends_with('\r')) line->remove_suffix(1);
    if (auto taken = Take(*line, lines.number(), list); !taken) {
      return base::Fail(std::move(taken.error()));
    }
  }
  return std::move(list).Take();
}

}  // namespace release
