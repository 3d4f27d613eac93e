#include "release/env/dotenv_js.h"

#include <fmt/format.h>

#include "base/text.h"
#include "release/env/dotenv_line.h"

namespace release {
namespace {

constexpr DotenvGrammar kNodeGrammar = {
    .spaces = Spaces::kJavaScript, .quotes = "'\"`", .dash_in_names = true, .bare_names = false};

// The value that parse() gives for the text after the separator.
std::string ValueOf(std::string_view raw) {
  std::string_view value =
      TrimEnd(raw.substr(SkipSpace(raw, 0, Spaces::kJavaScript)), Spaces::kJavaScript);
  if (value.empty()) return {};
  const char first = value.front();
  const bool quoted = kNodeGrammar.quotes.find(first) != std::string_view::npos;
  if (quoted && value.size() >= 2 && value.back() == first) {
    value = value.substr(1, value.size() - 2);
  }
  // Node's dotenv expands these escapes even if the quotes do not close.
  if (first != '"') return std::string(value);
  return ReplaceAll(ReplaceAll(value, "\\n", "\n"), "\\r", "\r");
}

}  // namespace

base::Result<ParsedFile> ParseDotenvJs(std::string_view input) {
  const std::string text = WithNewlines(input);
  ValueList list;
  DotenvLines lines(text, kNodeGrammar);
  while (const auto line = lines.Next()) {
    if (!line->understood) {
      list.Warn(line->number, "no NAME=value: dotenv ignores this line");
      continue;
    }
    const std::string_view raw = line->value.value_or("");
    // Node reads the file as UTF-8 and replaces what is not. The app would get other bytes than are
    // in the file.
    if (!base::IsUtf8(raw)) {
      return FailAtLine(line->number, line->name, "the value is not UTF-8: Node would damage it");
    }
    if (line->cut) {
      list.Warn(line->number,
                fmt::format("{}: dotenv ends the value at the '#'; quote the value if it goes on",
                            line->name));
    }
    auto set = list.Set(line->name, ValueOf(raw), line->number);
    if (!set) return base::Fail(std::move(set.error()));
  }
  return std::move(list).Take();
}

}  // namespace release
