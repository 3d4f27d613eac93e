#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/cli/command.h"

namespace cli {
namespace {

template <std::size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::vector<std::string> WithoutSeparator(std::vector<std::string> arguments) {
  constexpr auto kTakeACommand = std::to_array<std::string_view>({"run", "explain"});
  constexpr auto kHaveAValue = std::to_array<std::string_view>({"--root", "--app", "--env"});
  bool in_subcommand = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--") {
      if (in_subcommand) arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
    if (IsOneOf(kHaveAValue, word)) {
      ++i;
    } else if (!word.starts_with("-")) {
      if (in_subcommand || !IsOneOf(kTakeACommand, word)) break;
      in_subcommand = true;
    }
  }
  return arguments;
}

}  // namespace cli
