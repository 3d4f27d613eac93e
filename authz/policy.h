// Policy: who may run what, in which app and release: etc/policy.json (authz/FORMAT.md).
//
// The rules are asked in order; the first that matches person, app, release and command decides; if
// none does, the request is denied. A plain value: no file, no clock.
#ifndef ONEOFF_AUTHZ_POLICY_H_
#define ONEOFF_AUTHZ_POLICY_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "authz/asked_command.h"
#include "authz/authority.h"
#include "authz/decision.h"
#include "authz/normal_form.h"
#include "config/pattern.h"
#include "config/problem.h"
#include "config/record_terms.h"

namespace authz {

enum class Effect { kAllow, kDeny };

// Whom, and which apps, something is about.
struct Scope {
  bool everybody = false;           // "*" in who
  std::vector<std::string> people;  // sorted
  std::vector<std::string> groups;
  bool every_app = false;
  std::vector<std::string> apps;
};

struct Rule : Scope {
  std::string name;
  std::size_t line = 0;  // of the policy's file
  Effect effect = Effect::kAllow;
  bool every_release = true;
  std::vector<std::string> releases;
  std::vector<config::Pattern> run;
  std::vector<NormalForm> normal;  // of a rule that denies: those of `run`, one for each
  bool shell = false;
  std::vector<std::string> accept_env;
  config::RecordTerms record;
  bool unrecorded = false;  // what it allows may run although it cannot be recorded
};

// Who may watch the runs of others.
struct Watchers : Scope {
  std::string name;
};

// Who is shown the whole policy where `run:explain` tells how the rules fare.
struct Reviewers : Scope {
  std::string name;
};

// Which rules an explanation is to tell of.
enum class ShownRules {
  kEveryRule,
  kAskersRules,  // those about the person and the app, which the person may know of
};

// A UNIX account of the host whose processes may ask, and as whom.
struct UnixUser {
  std::string person;
  // Whether the account counts although an app's commands run as it: then each person who may run
  // a command there can ask as `person`, too.
  bool apps_user = false;
  std::size_t line = 0;  // of the policy's file
};

class Policy {
 public:
  // The names that a policy may use.
  struct Names {
    std::vector<std::string> people;  // sorted; a name that is not here is an error
    std::vector<std::string> apps;    // sorted; a name that is not here is a warning
    // A test of a person who is not known: an error for those who check the policy; a gateway that
    // starts passes it over with a warning.
    config::Severity unknown_tester = config::Severity::kError;
  };

  // What a policy that has errors takes away all the same (Narrow).
  struct Removals {
    // Groups that could be read, with their members, sorted.
    std::map<std::string, std::vector<std::string>, std::less<>> groups;
    std::vector<Authority> authorities;                            // those that could be read
    bool all_authorities = false;                                  // there are no others
    std::optional<std::set<std::string, std::less<>>> unix_users;  // accounts; absent: not known
  };

  // Denies everything.
  Policy() = default;

  // nullopt, with all that is wrong added to `problems`, if anything is, and if one of the policy's
  // own tests fails. Warnings (patterns that grant more than they seem to) are added as such.
  static std::optional<Policy> Parse(const std::string& file, const std::string& text,
                                     const Names& names, config::Problems& problems);

  // Of a text that Parse refuses. What cannot be read takes nothing away.
  static Removals RemovalsOf(const std::string& file, const std::string& text);
  // Takes people out of groups, authorities and accounts out of the policy, and adds what is
  // revoked. Adds no right.
  void Narrow(const Removals& removals);

  Decision Decide(const Request& request, Matching matching = Matching::kExact) const;
  // How the rules fare with the request, in order; those behind the one that decides are
  // kNotReached.
  std::vector<RuleTrace> Explain(const Request& request,
                                 ShownRules shown = ShownRules::kEveryRule) const;
  // Whether an entry of "reviewers" shows them every rule in the app's explanations.
  bool MayReview(const Who& who, std::string_view app) const;

  // Whether `who` may watch the runs of `person` in the app: their own as long as they may use the
  // app, those of others where an entry of "watchers" says so.
  std::optional<WatchGrant> MayWatch(const Who& who, std::string_view app,
                                     std::string_view person) const;
  // Those of `apps` in which they may watch the runs of others.
  std::vector<std::string> WatchableApps(const Who& who,
                                         const std::vector<std::string>& apps) const;

  // Whether a rule allows the person anything in the app: who may know that it exists.
  bool MayUse(const Who& who, std::string_view app) const;
  // What the person may type, in the rules' order, each once: the texts of the allowing patterns.
  std::vector<std::string> PatternsFor(const Who& who, std::string_view app) const;
  // The variables that the person may set in the app by some rule: sorted, each once.
  std::vector<std::string> VariablesFor(const Who& who, std::string_view app) const;
  // Those of `apps` that the person may use.
  std::vector<std::string> VisibleApps(const Who& who, const std::vector<std::string>& apps) const;
  std::vector<std::string> GroupsOf(const Who& who) const;
  bool HasGroup(std::string_view name) const { return groups_.contains(name); }
  // As whom the processes of this UNIX account ask; nullptr: they may not. Root is an account like
  // any other. Whether an app's commands run as the account is for the caller to look at.
  const UnixUser* UnixUserOf(std::string_view account) const;
  // Whether some account asks as this person, who needs no file then.
  bool IsUnixPerson(std::string_view person) const;

  const std::string& file() const { return file_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Authority>& authorities() const { return authorities_; }
  const std::vector<Watchers>& watchers() const { return watchers_; }
  const std::map<std::string, UnixUser, std::less<>>& unix_users() const { return unix_users_; }

 private:
  friend class PolicyReader;

  bool IsAbout(const Scope& scope, const Who& who) const;
  const Watchers* WatchersOf(std::string_view app, const Who& who) const;
  bool IsIn(std::string_view group, const Who& who) const;
  Fit FitOf(const Rule& rule, const AskedCommand& asked) const;
  Decision Allow(const Rule& rule, const Request& request) const;
  Denial DenialFor(const AskedCommand& asked) const;

  std::string file_;
  std::map<std::string, std::vector<std::string>, std::less<>> groups_;  // members sorted
  std::map<std::string, UnixUser, std::less<>> unix_users_;              // by account
  std::vector<Authority> authorities_;
  std::vector<Rule> rules_;
  std::vector<Watchers> watchers_;
  std::vector<Reviewers> reviewers_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_POLICY_H_
