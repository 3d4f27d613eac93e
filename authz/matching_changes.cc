#include "authz/matching_changes.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/text.h"

namespace authz {
namespace {

using Words = std::vector<std::string>;

// Texts that a person could have typed in place of a wildcard.
constexpr auto kTyped = std::to_array<std::string_view>({"a/b", "../a", "/a", "A=b"});

// `word` with `typed` instead of each run of stars.
std::string Filled(std::string_view word, std::string_view typed) {
  std::string filled;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '*') {
      filled += word[i];
    } else if (i == 0 || word[i - 1] != '*') {
      filled += typed;
    }
  }
  return filled;
}

Words Example(const config::Pattern& pattern, std::string_view typed) {
  Words words;
  for (const std::string& word : pattern.words()) words.push_back(Filled(word, typed));
  if (pattern.open_ended()) words.emplace_back(typed);
  return words;
}

bool MatchesNoLonger(const Rule& rule, const config::Pattern& pattern, const Words& words) {
  const config::CommandForms forms(words, {});
  return pattern.MatchedBefore(forms) &&
         !pattern.Matches(forms,
                          {.taken = config::VariableWordsOf(words), .accepted = &rule.accept_env});
}

std::vector<std::string> LostExamples(const Rule& rule, const config::Pattern& pattern) {
  std::vector<std::string> lost;
  const auto add = [&](const Words& words) {
    if (MatchesNoLonger(rule, pattern, words)) lost.push_back(base::Join(words, " "));
  };
  if (!pattern.everything()) add(config::WithoutWrapper(Example(pattern, "a")));
  for (const std::string_view typed : kTyped) add(Example(pattern, typed));
  return lost;
}

}  // namespace

std::vector<std::string> MatchingChanges(const Policy& policy) {
  std::vector<std::string> lines;
  for (const Rule& rule : policy.rules()) {
    if (rule.effect != Effect::kAllow) continue;
    for (const config::Pattern& pattern : rule.run) {
      const std::vector<std::string> lost = LostExamples(rule, pattern);
      if (lost.empty()) continue;
      lines.push_back(fmt::format("{}:{}: {}: \"{}\" no longer matches: {}", policy.file(),
                                  rule.line, base::Quote(rule.name, 64),
                                  base::Escape(pattern.text()),
                                  base::Escape(base::Join(lost, "; "), 400)));
    }
  }
  return lines;
}

}  // namespace authz
