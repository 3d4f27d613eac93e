// What is asked of the policy, and what it answers.
#ifndef ONEOFF_AUTHZ_DECISION_H_
#define ONEOFF_AUTHZ_DECISION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "authz/grant.h"

namespace authz {

// What the names of people begin with whom only a certificate names: no people/NAME.pub can be
// called so, and no rule names one.
inline constexpr std::string_view kByCertificate = "cert:";

// Somebody who asks.
struct Who {
  std::string person;
  std::vector<std::string> groups = {};  // that a certificate puts them in
};

struct Request {
  std::string person;
  std::vector<std::string> groups;  // that a certificate puts the person in
  std::string app;
  // Every name that the release answers to: its id, and "current", "previous", "latest" as they
  // apply.
  std::vector<std::string> releases;
  // As typed, for messages.
  std::string command;
  // The command's words, without leading NAME=value words. Empty for a bare login, which asks for a
  // shell, and where needs_shell is set.
  std::vector<std::string> words;
  // The command cannot be split into words: only a rule with "shell" allows it.
  bool needs_shell = false;
  // The words of the text that the first word is a name for, followed by the further words that
  // were typed. Empty if it is no name, or if its text is no plain words.
  std::vector<std::string> stands_for;
  // The first word is a name whose text is no plain words.
  bool opaque = false;
  // The names of the leading NAME=value words.
  std::vector<std::string> env_names;

  bool WantsShell() const { return needs_shell || words.empty(); }
  Who who() const { return {person, groups}; }
};

struct Denial {
  std::string rule;  // the name of the rule that denied it; empty: no rule allows it
  // One line for the person, without "oneoff: " before it. To people who may use the app, it says
  // what they may do instead; to others, no more than that.
  std::string message;
};

using Decision = std::variant<Grant, Denial>;

enum class Fit {
  kMatches,    // it decides
  kPerson,     // is not about this person
  kApp,        // is about other apps
  kRelease,    // is about other releases
  kCommand,    // is about other commands
  kShell,      // would match, but grants no shell
  kNotReached  // stands behind the rule that decides
};

struct RuleTrace {
  std::string rule;
  std::string file;
  std::size_t line = 0;
  bool allows = true;
  Fit fit = Fit::kNotReached;
  std::string detail;  // "who is group:ops; alice is not in it"
};

// The command's normal form, if it differs, a line a rule, then the decision: for people. Ends with
// a newline.
std::string RenderExplanation(const Request& request, const std::vector<RuleTrace>& traces,
                              const Decision& decision);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_DECISION_H_
