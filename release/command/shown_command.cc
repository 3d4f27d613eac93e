#include "release/command/shown_command.h"

#include <algorithm>

namespace release {
namespace {

constexpr std::string_view kBlank = " \t\n";

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The end of the word at the start of `text`; knows quotes and backslashes.
std::size_t WordLength(std::string_view text) {
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (kBlank.find(c) != std::string_view::npos) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

std::string ShownCommand(std::string_view typed) {
  std::string shown;
  for (;;) {
    const std::size_t blank = std::min(typed.find_first_not_of(kBlank), typed.size());
    shown += typed.substr(0, blank);
    typed.remove_prefix(blank);
    const auto name_end = std::find_if_not(typed.begin(), typed.end(), IsNameByte);
    const auto name = static_cast<std::size_t>(name_end - typed.begin());
    const std::size_t word = WordLength(typed);
    if (typed.substr(0, 4) == "run:") {
      shown += typed.substr(0, word);
    } else if (name > 0 && name < typed.size() && typed[name] == '=') {
      shown += typed.substr(0, name + 1);
      // The value may be a secret, and this text goes into the audit log and into messages.
      if (word > name + 1) shown += "...";
    } else {
      return shown.append(typed);
    }
    typed.remove_prefix(word);
  }
}

}  // namespace release
