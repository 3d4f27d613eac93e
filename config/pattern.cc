#include "config/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/accepted_variables.h"
#include "config/confined_word.h"

namespace config {
namespace {

constexpr std::size_t kMaxText = 1024;  // bytes

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : base::Split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

// Whether the pattern's word holds `NAME=` literally.
bool NamesVariable(std::string_view glob, std::string_view name) {
  const std::string_view begin = glob.substr(0, name.size() + 1);
  return begin.size() == name.size() + 1 && begin.starts_with(name) && begin.ends_with('=') &&
         begin.find('*') == std::string_view::npos;
}

}  // namespace

std::vector<std::string> WithoutWrapper(const std::vector<std::string>& words) {
  constexpr std::string_view kBin = "bin/";
  if (words.size() > 2 && words[0] == "bundle" && words[1] == "exec") {
    return {words.begin() + 2, words.end()};
  }
  std::vector<std::string> bare = words;
  if (!bare.empty() && bare[0].size() > kBin.size() && bare[0].starts_with(kBin) &&
      bare[0].find('/', kBin.size()) == std::string::npos) {
    bare[0].erase(0, kBin.size());
  }
  return bare;
}

bool MatchesGlob(std::string_view glob, std::string_view text, Wildcards wildcards) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last * that was read
  std::size_t taken = 0;                      // end of the text that this * stands for
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      // Only the last star is tried again: with more of them the work would grow exponentially with
      // their number.
      star = g++;
      taken = t;
    } else if (g < glob.size() &&
               (glob[g] == text[t] || (glob[g] == '?' && wildcards == Wildcards::kBoth))) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

base::Result<Pattern> Pattern::Parse(std::string_view text) {
  if (text.size() > kMaxText) {
    return base::Fail(base::Code::kInvalid, fmt::format("is longer than {} bytes", kMaxText));
  }
  Pattern pattern;
  pattern.words_ = WordsOf(text);
  if (pattern.words_.empty()) return base::Fail(base::Code::kInvalid, "is empty");
  pattern.text_ = base::Join(pattern.words_, " ");
  const std::string& last = pattern.words_.back();
  if (last == "...") {
    pattern.tail_ = pattern.words_.size() == 1 ? Tail::kEverything : Tail::kWords;
  } else if (last == "-...") {
    pattern.tail_ = Tail::kAnything;
  }
  if (pattern.tail_ != Tail::kNone) pattern.words_.pop_back();
  if (pattern.words_.empty() && !pattern.everything()) {
    return base::Fail(base::Code::kInvalid, "begins with \"-...\"; everything is \"...\"");
  }
  for (const std::string& word : pattern.words_) {
    if (word == "..." || word == "-...") {
      return base::Fail(base::Code::kInvalid,
                        fmt::format("has \"{}\" before its end; it stands last", word));
    }
    if (word[0] == '\'' || word[0] == '"') {
      return base::Fail(base::Code::kInvalid,
                        fmt::format("has a word that begins with {}: no word can be quoted, and * "
                                    "stands for a blank, too",
                                    word[0]));
    }
  }
  return pattern;
}

CommandForms::CommandForms(const std::vector<std::string>& typed,
                           const std::vector<std::string>& stands_for) {
  Add(typed);
  if (!stands_for.empty()) Add(stands_for);
}

void CommandForms::Add(const std::vector<std::string>& words) {
  forms_.push_back(words);
  std::vector<std::string> bare = WithoutWrapper(words);
  if (bare != words) forms_.push_back(std::move(bare));
}

std::optional<std::string_view> VariableTerms::RefusedIn(std::string_view word) const {
  const auto name = VariableOf(word, taken);
  if (!name || accepted == nullptr) return std::nullopt;
  // VariableOf has found the name in front of a '='.
  const auto value = static_cast<std::size_t>(name->data() - word.data()) + name->size() + 1;
  return AcceptsVariable(*accepted, *name, word.substr(value)) ? std::nullopt : name;
}

bool VariableTerms::MayRun(std::string_view word) const {
  return taken == VariableWords::kMake && accepted != nullptr &&
         word.find('$') != std::string_view::npos && VariableOf(word, taken);
}

bool Pattern::HasPlaceFor(std::size_t pattern_words, std::size_t words) const {
  return words == pattern_words || (words > pattern_words && tail_ != Tail::kNone);
}

bool Pattern::TailTakes(std::string_view word, const VariableTerms& variables) const {
  // Options may take a program to run (rake -f, psql -f), so "..." stands for words without them.
  if (tail_ == Tail::kWords && word.starts_with('-')) return false;
  return IsConfined(word) && !variables.RefusedIn(word) && !variables.MayRun(word);
}

bool Pattern::MatchesWords(const std::vector<std::string>& words,
                           const VariableTerms& variables) const {
  if (everything()) return true;
  if (!HasPlaceFor(words_.size(), words.size())) return false;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!MatchesConfined(words_[i], words[i])) return false;
    if (words_[i] != words[i] && variables.MayRun(words[i])) return false;
    if (const auto name = variables.RefusedIn(words[i]); name && !NamesVariable(words_[i], *name)) {
      return false;
    }
  }
  return std::all_of(words.begin() + static_cast<std::ptrdiff_t>(words_.size()), words.end(),
                     [&](const std::string& word) { return TailTakes(word, variables); });
}

bool Pattern::Matches(const CommandForms& command, const VariableTerms& variables) const {
  return std::any_of(
      command.forms().begin(), command.forms().end(),
      [&](const std::vector<std::string>& words) { return MatchesWords(words, variables); });
}

bool Pattern::FitsWidely(const std::vector<std::string>& words,
                         std::span<const std::string> command) const {
  if (everything()) return true;
  if (!HasPlaceFor(words.size(), command.size())) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!MatchesGlob(words[i], command[i])) return false;
  }
  return tail_ != Tail::kWords ||
         std::none_of(command.begin() + static_cast<std::ptrdiff_t>(words.size()), command.end(),
                      [](const std::string& word) { return word.starts_with('-'); });
}

bool Pattern::MatchesWidely(const CommandForms& command) const {
  return std::any_of(
      command.forms().begin(), command.forms().end(),
      [&](const std::vector<std::string>& words) { return FitsWidely(words_, words); });
}

bool Pattern::MatchedBefore(const CommandForms& command) const {
  const std::vector<std::string> bare = WithoutWrapper(words_);
  return std::any_of(command.forms().begin(), command.forms().end(),
                     [&](const std::vector<std::string>& words) {
                       return FitsWidely(words_, words) || FitsWidely(bare, WithoutWrapper(words));
                     });
}

}  // namespace config
