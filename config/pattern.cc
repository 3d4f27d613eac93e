#include "config/pattern.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

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

}  // namespace

std::vector<std::string> WithoutWrapper(const std::vector<std::string>& words) {
  constexpr std::string_view kBin = "bin/";
  if (words.size() > 2 && words[0] == "bundle" && words[1] == "exec") {
    return {words.begin() + 2, words.end()};
  }
  std::vector<std::string> bare = words;
  if (!bare.empty() && bare[0].size() > kBin.size() && bare[0].substr(0, kBin.size()) == kBin) {
    bare[0].erase(0, kBin.size());
  }
  return bare;
}

bool MatchesGlob(std::string_view glob, std::string_view text, Wildcards wildcards) {
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last * seen, and
  std::size_t taken = 0;                      // the text behind what it stands for
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
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
  pattern.bare_ = WithoutWrapper(pattern.words_);
  return pattern;
}

bool Pattern::Fits(const std::vector<std::string>& pattern,
                   const std::vector<std::string>& words) const {
  if (everything()) return true;
  if (words.size() < pattern.size()) return false;
  if (words.size() > pattern.size() && tail_ == Tail::kNone) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!MatchesGlob(pattern[i], words[i])) return false;
  }
  return tail_ != Tail::kWords ||
         std::none_of(words.begin() + static_cast<std::ptrdiff_t>(pattern.size()), words.end(),
                      [](const std::string& word) { return !word.empty() && word[0] == '-'; });
}

bool Pattern::MatchesWords(const std::vector<std::string>& words) const {
  return Fits(words_, words);
}

bool Pattern::Matches(const std::vector<std::string>& typed,
                      const std::vector<std::string>& stands_for) const {
  if (Fits(words_, typed) || Fits(bare_, WithoutWrapper(typed))) return true;
  return !stands_for.empty() &&
         (Fits(words_, stands_for) || Fits(bare_, WithoutWrapper(stands_for)));
}

}  // namespace config
