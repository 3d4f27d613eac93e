#include "authz/policy_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "authz/authority_reader.h"
#include "authz/people.h"
#include "authz/policy_case.h"
#include "authz/rule_reader.h"
#include "base/text.h"

namespace authz {
namespace {

using config::Need;
using config::Node;
using config::ObjectReader;

constexpr std::string_view kGroup = "group:";
constexpr std::size_t kMaxRules = 10'000;

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() > 64) return {};
  const auto nearest = base::Nearest(word, known);
  return nearest ? fmt::format("did you mean \"{}\"?", *nearest) : "";
}

bool IsSafe(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// [a-z][a-z0-9-]{0,31}: see release::IsAppName.
bool IsAppName(std::string_view name) {
  return !name.empty() && name.size() <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsSafe(c) || c == '-'; });
}

// Accounts may come from any directory service (LDAP, for example). Refuses characters that could
// mislead a reader of a log or a table.
bool IsAccountName(std::string_view name) {
  return !name.empty() && name.size() <= 256 && base::IsUtf8(name) &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == ':' || c == '/' || c == '#' ||
                  c == 0x7F;
         });
}

}  // namespace

void PolicyReader::Report(const Node& node, std::string message, std::string hint) {
  document_.Report(problems_, node.offset, std::move(message), std::move(hint));
}

void PolicyReader::Warn(const Node& node, std::string message, std::string hint) {
  document_.Report(problems_, node.offset, std::move(message), std::move(hint),
                   config::Severity::kWarning);
}

std::optional<Policy> PolicyReader::Read() {
  policy_.file_ = document_.file();
  ObjectReader reader(document_, document_.root(), problems_);
  // unix_users first: the people that they name need no file.
  const Node* const unix_users = reader.Object("unix_users");
  if (unix_users != nullptr) ReadUnixUsers(*unix_users);
  if (const Node* const authorities = reader.Array("authorities")) {
    policy_.authorities_ = AuthorityReader(document_, problems_).Read(*authorities);
  }
  if (const Node* const groups = reader.Object("groups")) ReadGroups(*groups);
  if (const Node* const rules = reader.Array("rules", Need::kRequired)) {
    if (rules->elements.size() > kMaxRules) {
      Report(*rules, fmt::format("more than {} rules", kMaxRules));
      return std::nullopt;
    }
    for (const Node& rule : rules->elements) ReadRule(rule);
  }
  if (const Node* const watchers = reader.Array("watchers")) {
    for (const Node& entry : watchers->elements) ReadEntry(entry, policy_.watchers_);
  }
  if (const Node* const over_runs = reader.Array("over_runs")) {
    for (const Node& entry : over_runs->elements) ReadEntry(entry, policy_.over_runs_);
  }
  if (const Node* const reviewers = reader.Array("reviewers")) {
    for (const Node& entry : reviewers->elements) ReadEntry(entry, policy_.reviewers_);
  }
  if (unix_users != nullptr) WarnOfIdleUnixUsers(*unix_users);
  const Node* const tests = reader.Array("tests");
  reader.Finish();
  if (HasErrors(problems_)) return std::nullopt;
  // Rules with errors would make the tests' results misleading.
  if (tests != nullptr) {
    for (const Node& test : tests->elements) RunTest(test);
  }
  if (HasErrors(problems_)) return std::nullopt;
  return std::move(policy_);
}

void PolicyReader::CheckPerson(const Node& node, const std::string& name, Unknown unknown) {
  if (name.starts_with(kByCertificate)) {
    Report(node, fmt::format("{} is no person of a file", base::Quote(name, 64)),
           "a person named only by a certificate is in the groups that its principals name");
    return;
  }
  if (HasFile(name) || policy_.IsUnixPerson(name)) return;
  std::string hint = DidYouMean(name, names_.people);
  const bool is_group = hint.empty() && policy_.groups_.count(name) != 0;
  if (is_group) hint = fmt::format("the group of this name is written \"group:{}\"", name);
  if (hint.empty()) hint = "a person is known by a file people/NAME.pub";
  std::string message = fmt::format("unknown person {}", base::Quote(name, 64));
  if (unknown == Unknown::kError || is_group) {
    Report(node, std::move(message), std::move(hint));
  } else {
    Warn(node, std::move(message), std::move(hint));
  }
}

bool PolicyReader::HasFile(const std::string& person) const {
  return std::binary_search(names_.people.begin(), names_.people.end(), person);
}

void PolicyReader::ReadUnixUsers(const Node& users) {
  for (const config::Member& user : users.members) ReadUnixUser(user);
}

void PolicyReader::ReadUnixUser(const config::Member& user) {
  if (!IsAccountName(user.name)) {
    document_.Report(problems_, user.offset,
                     fmt::format("{} is no UNIX account's name", base::Quote(user.name, 64)));
    return;
  }
  UnixUser read;
  read.line = document_.LineOf(user.value.offset);
  const Node* person = &user.value;
  if (user.value.kind == Node::Kind::kObject) {
    ObjectReader reader(document_, user.value, problems_);
    person = reader.Any("person", Need::kRequired);
    reader.Bool("apps_user", read.apps_user);
    reader.Finish();
    if (person == nullptr) return;
  }
  if (person->kind != Node::Kind::kString) {
    Report(*person, fmt::format("the account {} stands for {}, not for one person's name",
                                base::Escape(user.name, 64), person->KindName()));
  } else if (!IsPersonName(person->string)) {
    Report(*person, fmt::format("{} is no person's name", base::Quote(person->string, 64)),
           "a small letter, then up to 31 small letters, digits, dots, _ and -");
  } else {
    read.person = person->string;
    policy_.unix_users_[user.name] = std::move(read);
  }
}

void PolicyReader::WarnOfIdleUnixUsers(const Node& users) {
  for (const config::Member& user : users.members) {
    const UnixUser* const unix_user = policy_.UnixUserOf(user.name);
    if (unix_user == nullptr || HasFile(unix_user->person)) continue;
    const std::string& person = unix_user->person;
    const auto names = [&](const std::vector<std::string>& people) {
      return std::binary_search(people.begin(), people.end(), person);
    };
    const bool named =
        std::any_of(policy_.groups_.begin(), policy_.groups_.end(),
                    [&](const auto& group) { return names(group.second); }) ||
        std::any_of(policy_.rules_.begin(), policy_.rules_.end(),
                    [&](const Rule& rule) { return names(rule.people); }) ||
        std::any_of(policy_.over_runs_.begin(), policy_.over_runs_.end(),
                    [&](const OverRuns& entry) { return names(entry.people); }) ||
        std::any_of(policy_.watchers_.begin(), policy_.watchers_.end(),
                    [&](const Watchers& watchers) { return names(watchers.people); }) ||
        std::any_of(policy_.reviewers_.begin(), policy_.reviewers_.end(),
                    [&](const auto& reviewers) { return names(reviewers.people); });
    if (named) continue;
    std::string hint = DidYouMean(person, names_.people);
    Warn(user.value, fmt::format("no file, no group and no rule names the person {}", person),
         hint.empty() ? "only rules with who \"*\" are about this person" : std::move(hint));
  }
}

void PolicyReader::CheckApp(const Node& node, const std::string& name) {
  if (!IsAppName(name) || name == "oneoff") {
    Report(node, fmt::format("{} is no app's name", base::Quote(name, 64)));
  } else if (!std::binary_search(names_.apps.begin(), names_.apps.end(), name)) {
    Warn(node, fmt::format("there is no app {}", base::Quote(name, 64)),
         DidYouMean(name, names_.apps));
  }
}

bool PolicyReader::CheckGroup(const Node& node, const std::string& name) {
  if (policy_.HasGroup(name)) return true;
  std::vector<std::string> known;
  for (const auto& [known_name, members] : policy_.groups_) known.push_back(known_name);
  Report(node, fmt::format("unknown group {}", base::Quote(name, 64)), DidYouMean(name, known));
  return false;
}

void PolicyReader::ReadGroups(const Node& groups) {
  for (const config::Member& group : groups.members) {
    if (!IsPersonName(group.name)) {
      document_.Report(problems_, group.offset,
                       fmt::format("{} is no group's name", base::Quote(group.name, 64)),
                       "a small letter, then up to 31 small letters, digits, dots, _ and -");
      continue;
    }
    if (group.value.kind != Node::Kind::kArray) {
      Report(group.value, fmt::format("the group {} is {}, not a list of people", group.name,
                                      group.value.KindName()));
      continue;
    }
    std::vector<std::string> members;
    for (const Node& member : group.value.elements) {
      if (member.kind != Node::Kind::kString) {
        Report(member, fmt::format("a member is {}, not a person's name", member.KindName()));
      } else if (member.string.substr(0, kGroup.size()) == kGroup) {
        Report(member, "a group holds people, not groups");
      } else {
        CheckPerson(member, member.string, Unknown::kWarning);
        members.push_back(member.string);
      }
    }
    std::sort(members.begin(), members.end());
    policy_.groups_[group.name] = std::move(members);
  }
}

void PolicyReader::ReadRule(const Node& node) {
  Rule rule;
  rule.line = document_.LineOf(node.offset);
  ObjectReader reader(document_, node, problems_);
  ReadName(reader, rule.name);
  std::string effect = "allow";
  reader.Choice("effect", {"allow", "deny"}, effect);
  rule.effect = effect == "deny" ? Effect::kDeny : Effect::kAllow;
  // A deny rule with a mistyped name would deny nothing. An allow rule with one is only too narrow.
  ReadWho(reader, node, rule, rule.effect == Effect::kDeny ? Unknown::kError : Unknown::kWarning);
  ReadApps(reader, node, rule);
  RuleReader(document_, problems_).Read(reader, node, rule);
  reader.Refused("reason");
  reader.Finish();
  policy_.rules_.push_back(std::move(rule));
}

template <typename Entry>
void PolicyReader::ReadEntry(const Node& node, std::vector<Entry>& entries) {
  Entry entry;
  ObjectReader reader(document_, node, problems_);
  ReadName(reader, entry.name);
  ReadWho(reader, node, entry, Unknown::kWarning);
  ReadApps(reader, node, entry);
  if constexpr (std::is_same_v<Entry, OverRuns>) ReadMay(reader, node, entry);
  reader.Finish();
  entries.push_back(std::move(entry));
}

void PolicyReader::ReadMay(ObjectReader& reader, const Node& node, OverRuns& entry) {
  std::vector<std::string> may;
  if (!reader.Strings("may", may, Need::kRequired)) return;
  if (may.empty()) reader.Report("may", "is empty: it allows nothing");
  constexpr std::array kActs = {RunAct::kWatch, RunAct::kLogs, RunAct::kWait, RunAct::kStop,
                                RunAct::kAttach};
  for (const Node& element : ElementsOf(node, "may")) {
    const auto* const act = std::find_if(
        kActs.begin(), kActs.end(), [&](RunAct known) { return NameOf(known) == element.string; });
    if (act != kActs.end()) {
      entry.may.push_back(*act);
    } else {
      Report(element, fmt::format("{} is nothing to do to a run", base::Quote(element.string, 64)),
             "write watch, logs, wait, stop or attach");
    }
  }
}

void PolicyReader::ReadName(ObjectReader& reader, std::string& name) {
  if (reader.String("name", name, Need::kRequired) && !rule_names_.insert(name).second) {
    reader.Report("name", fmt::format("{} is another rule's name too", base::Quote(name, 64)));
  }
}

void PolicyReader::ReadWho(ObjectReader& reader, const Node& node, Scope& scope, Unknown unknown) {
  std::vector<std::string> who;
  if (!reader.Strings("who", who, Need::kRequired)) return;
  if (who.empty()) reader.Report("who", "is empty: it is about no person");
  for (const Node& element : ElementsOf(node, "who")) {
    const std::string& name = element.string;
    if (name == "*") {
      scope.everybody = true;
    } else if (name.substr(0, kGroup.size()) != kGroup) {
      CheckPerson(element, name, unknown);
      scope.people.push_back(name);
    } else if (const std::string group = name.substr(kGroup.size()); CheckGroup(element, group)) {
      scope.groups.push_back(group);
    }
  }
  std::sort(scope.people.begin(), scope.people.end());
}

void PolicyReader::ReadApps(ObjectReader& reader, const Node& node, Scope& scope) {
  if (!reader.Strings("apps", scope.apps, Need::kRequired)) return;
  if (scope.apps.empty()) reader.Report("apps", "is empty: it is about no app");
  for (const Node& element : ElementsOf(node, "apps")) {
    if (element.string == "*") {
      scope.every_app = true;
    } else {
      CheckApp(element, element.string);
    }
  }
}

// A test with "cert:" stands for any holder of a certificate, in the groups that the test names.
bool PolicyReader::CheckTester(const Node& node, const PolicyCase& test) {
  for (const Node& element : ElementsOf(node, "groups")) CheckGroup(element, element.string);
  const Node& who = *node.Find("who");
  const bool by_certificate = test.who.starts_with(kByCertificate);
  const bool strict = names_.unknown_tester == config::Severity::kError;
  if (!by_certificate) {
    CheckPerson(who, test.who, strict ? Unknown::kError : Unknown::kWarning);
  }
  if (by_certificate == test.groups.empty()) {
    Report(who,
           by_certificate ? "a test of a certificate's holder names its \"groups\""
                          : "only a certificate puts a test's person in \"groups\"",
           "\"who\": \"cert:ANYBODY\", \"groups\": [\"GROUP\"]");
  }
  return strict || by_certificate || HasFile(test.who) || policy_.IsUnixPerson(test.who);
}

void PolicyReader::RunTest(const Node& node) {
  PolicyCase test;
  ObjectReader reader(document_, node, problems_);
  const std::size_t before = problems_.size();
  reader.String("who", test.who, Need::kRequired);
  reader.Strings("groups", test.groups);
  reader.String("app", test.app, Need::kRequired);
  reader.String("release", test.release);
  reader.String("run", test.run);
  reader.String("watch", test.watch);
  reader.Choice("expect", {"allow", "deny"}, test.expect, Need::kRequired);
  reader.Finish();
  if (problems_.size() != before) return;
  const bool known = CheckTester(node, test);
  CheckApp(*node.Find("app"), test.app);
  if (!test.watch.empty()) CheckPerson(*node.Find("watch"), test.watch, Unknown::kWarning);
  // A test with a person who no longer exists has no meaning.
  if (!known) return;
  if (const auto fault = test.Run(policy_)) Report(node, *fault);
}

}  // namespace authz
