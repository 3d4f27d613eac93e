// The questions to the policy, and its answers.
#ifndef ONEOFF_AUTHZ_DECISION_H_
#define ONEOFF_AUTHZ_DECISION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "authz/grant.h"

namespace authz {

// The prefix of people named only by a certificate. No file people/NAME.pub can have such a name,
// and no rule can name one.
inline constexpr std::string_view kByCertificate = "cert:";

// The person who asks.
struct Who {
  std::string person;
  std::vector<std::string> groups = {};  // from the person's certificate
};

// One command that a person wants to run. All texts come from the client and may hold any bytes.
struct Request {
  std::string person;
  std::vector<std::string> groups;  // from the person's certificate
  std::string app;
  // Every name of the release: its id, and "current", "previous", "latest" where they apply.
  std::vector<std::string> releases;
  // As typed; used in messages, never to decide.
  std::string command;
  // The command's words, without leading NAME=value words. Empty for a bare login, which requests a
  // shell, and if needs_shell is set.
  std::vector<std::string> words;
  // The command cannot be split into words: only a rule with "shell" can allow it.
  bool needs_shell = false;
  // If the first word is a name: the words of its text, then the further typed words. Empty if it
  // is no name, or if its text is no plain words.
  std::vector<std::string> stands_for;
  // The first word is a name, and its text is no plain words.
  bool opaque = false;
  std::vector<std::string> variables;  // the leading NAME=value words

  // Whether only a rule with "shell" can allow it.
  bool WantsShell() const { return needs_shell || words.empty(); }
  Who who() const { return {person, groups}; }
};

struct Denial {
  std::string rule;  // the name of the rule that denied it; empty: no rule allows it
  // One line for the person, without "oneoff: " in front. Only for people who may use the app it
  // says what they may do instead: others learn nothing about the app.
  std::string message;
};

using Decision = std::variant<Grant, Denial>;

// Whether a rule applies to a request. The parts are compared in the order person, app, command,
// shell, release; the value names the first that does not fit.
enum class Fit {
  kMatches,    // the rule decides
  kPerson,     // the rule is not about this person
  kApp,        // the rule is about other apps
  kRelease,    // the rule is about other releases
  kCommand,    // the rule is about other commands
  kShell,      // the rule would match, but it grants no shell
  kNotReached  // an earlier rule decided
};

struct RuleTrace {
  std::string rule;      // its name
  std::string file;      // the policy's
  std::size_t line = 0;  // of the rule, from 1
  bool allows = true;    // its effect
  Fit fit = Fit::kNotReached;
  std::string detail;  // "who does not match: group:ops, bob"; safe to print
};

// The command's normal form, if it differs; one line per rule; the decision. Text for people, with
// a newline at the end, safe to print. `traces` is Policy::Explain's result for the same request.
std::string RenderExplanation(const Request& request, const std::vector<RuleTrace>& traces,
                              const Decision& decision);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_DECISION_H_
