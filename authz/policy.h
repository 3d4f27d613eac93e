// Policy: who may run which command in which app and release: etc/policy.json (authz/FORMAT.md).
//
// The first rule that matches person, app, release and command decides. If no rule matches, the
// request is denied. A Policy is a plain value: it reads no file and no clock.
//
//   config::Problems problems;
//   const auto policy = authz::Policy::Parse("policy.json", text, names, problems);
//   if (!policy) ... each problem.Render() ...
//   const authz::Decision decision = policy->Decide(request);
//   if (const auto* denial = std::get_if<authz::Denial>(&decision)) ... denial->message
//
// It does not say who a client is (Admittance does) and starts nothing (a Grant's holder does).
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
#include "config/on_disconnect.h"
#include "config/pattern.h"
#include "config/problem.h"
#include "config/record_terms.h"

namespace authz {

enum class Effect { kAllow, kDeny };

// The people and the apps that an entry is about.
struct Scope {
  bool everybody = false;           // "*" in `who`
  std::vector<std::string> people;  // sorted
  std::vector<std::string> groups;  // without "group:"; each exists in the policy
  bool every_app = false;           // "*" in `apps`
  std::vector<std::string> apps;    // in the file's order; with every_app not compared
};

// One element of "rules". The members that only a rule that allows can have are empty or false in
// one that denies.
struct Rule : Scope {
  std::string name;      // any text, unique among rules, watchers, over_runs and reviewers
  std::size_t line = 0;  // in the policy's file, from 1
  Effect effect = Effect::kAllow;
  bool every_release = true;
  std::vector<std::string> releases;    // ids, current, previous, latest, "*"
  std::vector<config::Pattern> run;     // not empty
  std::vector<DeniedForm> normal;       // of a deny rule: the normal form of each pattern in `run`
  bool shell = false;                   // grants a shell; then `run` is `...` alone
  std::vector<std::string> accept_env;  // NAME or NAME=VALUE: config::AcceptsVariable
  config::RecordTerms record;
  config::OnDisconnect on_disconnect;
  bool unrecorded = false;   // runs that it allows may start although they cannot be recorded
  bool private_run = false;  // runs that it allows are walled off from the app's other runs
};

// Who may watch other people's runs.
struct Watchers : Scope {
  std::string name;
};

// What a person may do to a run that is there already.
enum class RunAct { kWatch, kLogs, kWait, kStop, kAttach };
// "watch", "logs", ...
std::string_view NameOf(RunAct act);

// Who may do what to other people's runs.
struct OverRuns : Scope {
  std::string name;
  std::vector<RunAct> may;  // not empty
};

// Who sees the whole policy in the output of `run:explain`.
struct Reviewers : Scope {
  std::string name;
};

// The rules that an explanation shows.
enum class ShownRules {
  kEveryRule,
  kAskersRules,  // those about the person and the app, which the person may know
};

// A UNIX account on this host whose processes may send requests, and the person they act as.
struct UnixUser {
  std::string person;
  // Whether the account may be used although an app's commands run as it. If so, each person who
  // may run a command in that app can also act as `person`.
  bool apps_user = false;
  std::size_t line = 0;  // in the policy's file
};

class Policy {
 public:
  // The names that a policy may refer to.
  struct Names {
    std::vector<std::string> people;  // sorted; other names are errors
    std::vector<std::string> apps;    // sorted; other names are warnings
    // The severity of a test with an unknown person. A check of the policy reports an error; a
    // gateway that starts ignores the test with a warning.
    config::Severity unknown_tester = config::Severity::kError;
  };

  // The removals in a policy that has errors: they take effect all the same (Narrow).
  struct Removals {
    // Groups that could be read, with their sorted members.
    std::map<std::string, std::vector<std::string>, std::less<>> groups;
    std::vector<Authority> authorities;  // those that could be read
    bool all_authorities = false;        // `authorities` is complete: no entry failed
    std::optional<std::set<std::string, std::less<>>> unix_users;  // accounts; absent: not known
  };

  // Denies everything.
  Policy() = default;

  // `file` is a name for messages. nullopt, with each error added to `problems`, if there is an
  // error (also more than 10000 rules or 100 authorities) or one of the policy's own tests fails.
  // The tests run only if there is no other error. Also adds warnings about patterns that grant
  // more than they seem to, and about names that the host does not have. Problems that the caller's
  // list already has do not count.
  static std::optional<Policy> Parse(const std::string& file, const std::string& text,
                                     const Names& names, config::Problems& problems);

  // Reads a text that Parse refuses. What cannot be read removes nothing: a text that is not JSON
  // or has duplicate keys, a group that is no list of strings or is missing altogether,
  // `authorities` with an error, a missing `unix_users`. Reports no error: Parse does.
  static Removals RemovalsOf(const std::string& file, const std::string& text);
  // Removes people from groups, and authorities and accounts from the policy; adds revocations.
  // Grants no new right. Rules stay as they are, and so does an account's person.
  void Narrow(const Removals& removals);

  // Takes time for each rule and pattern, bounded by the sizes of the policy and of the command.
  Decision Decide(const Request& request, Matching matching = Matching::kExact) const;
  // The denial of a request that no release could change: the releases and the names (`stands_for`,
  // `opaque`) need not be known. nullopt if the answer depends on the release. With kMayBeName the
  // first word may stand for any words in a release.
  enum class FirstWord { kKnown, kMayBeName };
  std::optional<Denial> DenyInEveryRelease(const Request& request, FirstWord first_word) const;
  // How each rule applies to the request, in order. Rules after the one that decides are
  // kNotReached.
  std::vector<RuleTrace> Explain(const Request& request,
                                 ShownRules shown = ShownRules::kEveryRule) const;
  // Whether an entry of "reviewers" shows the person every rule in the app's explanations.
  bool MayReview(const Who& who, std::string_view app) const;

  // Whether `who` may watch the runs of `person` in the app: their own, if they may use the app;
  // others', and their own, if an entry of "watchers" allows it. Whether the app or the person
  // exists is not checked.
  std::optional<WatchGrant> MayWatch(const Who& who, std::string_view app,
                                     std::string_view person) const;
  // The name of the entry of "over_runs" that lets `who` do `act` to the runs of `person` in the
  // app. Empty: the runs are their own, and they may use the app. nullopt: they may not.
  std::optional<std::string> MayManage(RunAct act, const Who& who, std::string_view app,
                                       std::string_view person) const;
  // The apps of `apps` in which the person may watch others' runs, in their order.
  std::vector<std::string> WatchableApps(const Who& who,
                                         const std::vector<std::string>& apps) const;

  // Whether a rule allows the person any command in the app. Only then may they know that the app
  // exists.
  bool MayUse(const Who& who, std::string_view app) const;
  // The texts of the patterns that allow the person a command, in the rules' order, each once.
  std::vector<std::string> PatternsFor(const Who& who, std::string_view app) const;
  // The variables that some rule lets the person set in the app, as in Rule::accept_env: NAME or
  // NAME=VALUE, sorted, each once. A rule that decides about a command may accept fewer.
  std::vector<std::string> VariablesFor(const Who& who, std::string_view app) const;
  // The apps of `apps` that the person may use, in their order.
  std::vector<std::string> VisibleApps(const Who& who, const std::vector<std::string>& apps) const;
  // The policy's groups that the person is in, by the policy or by a certificate, sorted.
  std::vector<std::string> GroupsOf(const Who& who) const;
  bool HasGroup(std::string_view name) const { return groups_.contains(name); }
  // The person that processes of this UNIX account act as; nullptr: they may send no request. Root
  // is treated like any other account. The caller checks whether an app's commands run as the
  // account.
  const UnixUser* UnixUserOf(std::string_view account) const;
  // Whether some account acts as this person, who then needs no file.
  bool IsUnixPerson(std::string_view person) const;

  const std::string& file() const { return file_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Authority>& authorities() const { return authorities_; }
  const std::vector<Watchers>& watchers() const { return watchers_; }
  const std::map<std::string, UnixUser, std::less<>>& unix_users() const { return unix_users_; }

 private:
  friend class PolicyReader;

  bool IsAbout(const Scope& scope, const Who& who) const;
  const OverRuns* OverRunsOf(RunAct act, std::string_view app, const Who& who) const;
  const Watchers* WatchersOf(std::string_view app, const Who& who) const;
  bool IsIn(std::string_view group, const Who& who) const;
  Fit FitOf(const Rule& rule, const AskedCommand& asked) const;
  Decision Allow(const Rule& rule, const AskedCommand& asked) const;
  Denial DenialFor(const AskedCommand& asked) const;
  static Denial DenialBy(const Rule& rule, const Request& request);

  std::string file_;
  std::map<std::string, std::vector<std::string>, std::less<>> groups_;  // members sorted
  std::map<std::string, UnixUser, std::less<>> unix_users_;              // by account
  std::vector<Authority> authorities_;
  std::vector<Rule> rules_;
  std::vector<Watchers> watchers_;
  std::vector<OverRuns> over_runs_;
  std::vector<Reviewers> reviewers_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_POLICY_H_
