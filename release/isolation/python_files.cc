#include "release/isolation/python_files.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace release {
namespace {

constexpr std::size_t kMaxPath = 4096;  // bytes

std::string Bounded(std::string_view text) { return std::string(text.substr(0, kMaxPath)); }

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Takes the first line off `text` and returns it.
std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

Pyvenv ParsePyvenv(std::string_view text) {
  // The grammar of Python's site.py.
  Pyvenv pyvenv;
  for (const std::string_view line : base::Split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string key = LowerCase(base::Trim(line.substr(0, equals)));
    const std::string value = Bounded(base::Trim(line.substr(equals + 1)));
    if (key == "home") pyvenv.home = value;
    if (key == "version" || key == "version_info") pyvenv.version = value;
  }
  return pyvenv;
}

std::string InterpreterOf(std::string_view script) {
  if (!script.starts_with("#!")) return {};
  std::string_view first = base::Trim(TakeLine(script).substr(2));
  // pip writes such a script when the path is too long for a #! line or has a space: /bin/sh starts
  // the interpreter by `exec`.
  if (first == "/bin/sh") {
    constexpr std::string_view kLong = "'''exec' ";
    std::string_view second = TakeLine(script);
    if (second.starts_with(kLong)) {
      second.remove_prefix(kLong.size());
      if (!second.starts_with('"')) return Bounded(second.substr(0, second.find(' ')));
      second.remove_prefix(1);
      return Bounded(second.substr(0, second.find('"')));
    }
  }
  return Bounded(first.substr(0, first.find_first_of(" \t")));
}

}  // namespace release
