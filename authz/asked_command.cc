#include "authz/asked_command.h"

#include <algorithm>

#include "authz/policy.h"
#include "base/text.h"

namespace authz {
namespace {

// A word that the pattern's word matches, if it matches any.
std::string Matched(std::string_view glob) {
  std::string word;
  for (const char c : glob) {
    if (c != '*') word += c;
    if (c == '*' && !word.ends_with('a')) word += 'a';
  }
  return word;
}

}  // namespace

AskedCommand::AskedCommand(const Request& request, Matching matching)
    : request_(request), matching_(matching), forms_(request.words, request.stands_for) {
  // A name's text that is no plain words may use further words in any way, and may pass them to
  // make.
  variables_ = request.opaque ? config::VariableWords::kMake
                              : std::max(config::VariableWordsOf(request.words),
                                         config::VariableWordsOf(request.stands_for));
  if (!request.words.empty()) normal_.emplace_back(request.words);
  if (!request.stands_for.empty()) normal_.emplace_back(request.stands_for);
}

bool AskedCommand::IsMatchedBy(const Rule& rule) const {
  if (request_.WantsShell()) {
    return std::any_of(rule.run.begin(), rule.run.end(),
                       [](const config::Pattern& pattern) { return pattern.everything(); });
  }
  if (matching_ == Matching::kBefore) {
    return std::any_of(rule.run.begin(), rule.run.end(), [this](const config::Pattern& pattern) {
      return pattern.MatchedBefore(forms_);
    });
  }
  return rule.effect == Effect::kAllow ? IsAllowedBy(rule) : IsDeniedBy(rule);
}

bool AskedCommand::IsAllowedBy(const Rule& rule) const {
  const config::VariableTerms variables{.taken = variables_, .accepted = &rule.accept_env};
  return std::any_of(rule.run.begin(), rule.run.end(), [&](const config::Pattern& pattern) {
    return pattern.Matches(forms_, variables);
  });
}

bool AskedCommand::IsDeniedBy(const Rule& rule) const {
  for (std::size_t i = 0; i < rule.run.size(); ++i) {
    const config::Pattern& pattern = rule.run[i];
    if (pattern.everything() || pattern.MatchesWidely(forms_)) return true;
    for (const NormalForm& form : normal_) {
      if (form.IsMatchedBy(pattern, rule.normal[i])) return true;
    }
  }
  return false;
}

bool AskedCommand::MayBeAllowedByName(const Rule& rule) const {
  if (request_.words.empty()) return false;
  const std::size_t further = request_.words.size() - 1;
  // A name may stand for `bundle`: then `exec` is no word of the command's normal form.
  const bool exec = further > 1 && request_.words[1] == "exec";
  return std::any_of(rule.run.begin(), rule.run.end(), [&](const config::Pattern& pattern) {
    return MayEndWith(pattern, further) || (exec && MayEndWith(pattern, further - 1));
  });
}

// Whether the further words, the last `count` of the command, can be the last of what the pattern
// matches, with any words in front.
bool AskedCommand::MayEndWith(const config::Pattern& pattern, std::size_t count) const {
  if (pattern.open_ended()) return true;
  if (pattern.words().size() < count) return false;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < pattern.words().size() - count; ++i) {
    words.push_back(Matched(pattern.words()[i]));
  }
  words.insert(words.end(), request_.words.end() - static_cast<std::ptrdiff_t>(count),
               request_.words.end());
  return pattern.MatchesWords(words, {});
}

std::vector<std::string> AskedCommand::NormalForms() const {
  std::vector<std::string> texts;
  for (const NormalForm& form : normal_) {
    std::string text = form.Text();
    if (text != base::ShellJoin(request_.words)) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace authz
