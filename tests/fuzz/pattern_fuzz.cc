// Any bytes as a pattern (the first line) and the words of a command (the others): no wildcard
// matches a word that leads out of its folder, and a deny rule's form is always there.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "authz/normal_form.h"
#include "base/text.h"
#include "config/confined_word.h"
#include "config/pattern.h"

namespace {

// Whether a component of the word, between slashes, is "..".
bool HasParent(std::string_view word) {
  for (const std::string_view part : base::Split(word, '/')) {
    if (part == "..") return true;
  }
  return false;
}

void CheckWord(std::string_view glob, std::string_view word) {
  if (!config::MatchesConfined(glob, word)) return;
  if (!config::MatchesGlob(glob, word)) std::abort();
  if (glob.find('*') == std::string_view::npos) return;
  if (HasParent(word)) std::abort();
  if (word.starts_with('/') && !glob.starts_with('/')) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes),
                              std::min<std::size_t>(size, 4096));
  std::vector<std::string> lines;
  for (const std::string_view line : base::Split(text, '\n')) lines.emplace_back(line);
  const auto pattern = config::Pattern::Parse(lines[0]);
  if (!pattern) return 0;
  const std::vector<std::string> words(lines.begin() + 1, lines.end());
  for (const std::string& glob : pattern->words()) {
    for (const std::string& word : words) CheckWord(glob, word);
  }
  const std::vector<std::string> none;
  const config::VariableTerms variables{.taken = config::VariableWordsOf(words), .accepted = &none};
  const config::CommandForms forms(words, {});
  if (pattern->Matches(forms, variables) && !pattern->MatchesWidely(forms)) std::abort();
  if (words.empty() || pattern->everything()) return 0;
  const authz::NormalForm form(words);
  (void)form.Text();
  (void)form.IsMatchedBy(*pattern, authz::DeniedForm(pattern->words()));
  if (pattern->open_ended()) {
    for (std::size_t i = pattern->words().size(); i < words.size(); ++i) {
      if (HasParent(words[i]) && pattern->MatchesWords(words, variables)) std::abort();
    }
  }
  return 0;
}
