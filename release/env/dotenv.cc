#include "release/env/dotenv.h"

#include <fmt/format.h>

#include "release/env/dotenv_line.h"
#include "release/env/dotenv_value.h"

namespace release {
namespace {

constexpr DotenvGrammar kRubyGrammar = {
    .spaces = Spaces::kRuby, .quotes = "'\"", .dash_in_names = false, .bare_names = true};

class Parser {
 public:
  Parser(std::string_view text, const Lookup& earlier)
      : text_(WithNewlines(text)), earlier_(earlier) {}

  base::Result<ParsedFile> Parse() {
    DotenvLines lines(text_, kRubyGrammar);
    while (const auto line = lines.Next()) {
      if (!line->understood) {
        list_.Warn(line->number, line->number == 1 && text_.starts_with("\xEF\xBB\xBF")
                                     ? "the byte order mark in front makes dotenv ignore this line"
                                     : "no NAME=value: dotenv ignores this line");
      } else if (auto taken = Take(*line); !taken) {
        return base::Fail(std::move(taken.error()));
      }
    }
    return std::move(list_).Take();
  }

 private:
  const std::string* Find(std::string_view name) const {
    const std::string* const found = list_.Find(name);
    return found == nullptr ? earlier_(name) : found;
  }

  base::Result<void> Take(const DotenvLine& line) {
    if (line.exported && !line.value) {
      if (Find(line.name) != nullptr) return {};
      return FailAtLine(line.number, line.name, "exported, but not set before");
    }
    // Ruby's strip would remove zero bytes at the ends; an environment cannot hold any.
    if (line.value && line.value->find('\0') != std::string_view::npos) {
      return FailAtLine(line.number, line.name, "the value holds a zero byte");
    }
    auto value =
        DotenvValue(line.value.value_or(""), [&](std::string_view name) { return Find(name); });
    if (!value) return FailAtLine(line.number, line.name, value.error().message());
    if (line.cut) {
      list_.Warn(line.number,
                 fmt::format("{}: dotenv ends the value at the '#'; quote the value if it goes on",
                             line.name));
    }
    if (!line.separated) list_.Warn(line.number, "no '=': dotenv sets the name to nothing");
    return list_.Set(line.name, std::move(*value), line.number);
  }

  const std::string text_;
  const Lookup& earlier_;
  ValueList list_;
};

}  // namespace

base::Result<ParsedFile> ParseDotenv(std::string_view text, const Lookup& earlier) {
  return Parser(text, earlier).Parse();
}

}  // namespace release
