#include "authz/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "authz/policy_reader.h"
#include "base/text.h"
#include "config/accepted_variables.h"

namespace authz {
namespace {

constexpr std::size_t kNamed = 8;  // how many patterns a message lists

bool Contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsAboutApp(const Scope& scope, std::string_view app) {
  return scope.every_app || Contains(scope.apps, app);
}

bool IsAboutRelease(const Rule& rule, const std::vector<std::string>& names) {
  return rule.every_release ||
         std::any_of(names.begin(), names.end(),
                     [&rule](const std::string& name) { return Contains(rule.releases, name); });
}

bool AllowsEverything(const Rule& rule) {
  return std::any_of(rule.run.begin(), rule.run.end(),
                     [](const config::Pattern& pattern) { return pattern.everything(); });
}

Fit FitOfCommand(const Rule& rule, const AskedCommand& asked) {
  if (!asked.IsMatchedBy(rule)) return Fit::kCommand;
  const bool grants_no_shell = rule.effect == Effect::kAllow && !rule.shell;
  return asked.request().WantsShell() && grants_no_shell ? Fit::kShell : Fit::kMatches;
}

// "shop+v41": the app and the first name of the release.
std::string PlaceOf(const Request& request) {
  const std::string app = base::Escape(request.app, 64);
  return request.releases.empty() ? app : app + "+" + base::Escape(request.releases[0], 64);
}

std::string Shown(const Request& request) {
  return request.words.empty() && !request.needs_shell ? "a shell"
                                                       : base::Quote(request.command, 100);
}

std::string ListOf(const std::vector<std::string>& names) {
  const auto end = names.size() > kNamed ? names.begin() + kNamed : names.end();
  return base::Escape(fmt::format("{}", fmt::join(names.begin(), end, ", ")), 600) +
         (names.size() > kNamed ? ", …" : "");
}

}  // namespace

std::optional<Policy> Policy::Parse(const std::string& file, const std::string& text,
                                    const Names& names, config::Problems& problems) {
  config::Problems found;
  std::optional<Policy> policy;
  if (const auto document = config::Document::Parse(file, text, found)) {
    policy = PolicyReader(*document, names, found).Read();
  }
  for (config::Problem& problem : found) config::Add(problems, std::move(problem));
  return policy;
}

bool Policy::IsIn(std::string_view group, const Who& who) const {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return false;
  return std::binary_search(found->second.begin(), found->second.end(), who.person) ||
         Contains(who.groups, group);
}

bool Policy::IsAbout(const Scope& scope, const Who& who) const {
  if (scope.everybody || std::binary_search(scope.people.begin(), scope.people.end(), who.person)) {
    return true;
  }
  return std::any_of(scope.groups.begin(), scope.groups.end(),
                     [&](const std::string& group) { return IsIn(group, who); });
}

Fit Policy::FitOf(const Rule& rule, const AskedCommand& asked) const {
  const Request& request = asked.request();
  if (!IsAbout(rule, request.who())) return Fit::kPerson;
  if (!IsAboutApp(rule, request.app)) return Fit::kApp;
  // The release comes last, so that a denial can say in which releases the command is allowed.
  const Fit command = FitOfCommand(rule, asked);
  if (command != Fit::kMatches) return command;
  return IsAboutRelease(rule, request.releases) ? Fit::kMatches : Fit::kRelease;
}

Decision Policy::Decide(const Request& request, Matching matching) const {
  const AskedCommand asked(request, matching);
  for (const Rule& rule : rules_) {
    // The first rule that matches decides, so a deny rule belongs above the rules that it limits.
    if (FitOf(rule, asked) != Fit::kMatches) continue;
    if (rule.effect == Effect::kAllow) return Allow(rule, asked);
    return DenialBy(rule, request);
  }
  return DenialFor(asked);
}

Denial Policy::DenialBy(const Rule& rule, const Request& request) {
  return {rule.name, fmt::format("{}: {} is denied to {} by the rule {}", PlaceOf(request),
                                 Shown(request), request.person, base::Quote(rule.name, 64))};
}

// Where no rule can allow it, a deny rule that would match only what a name stands for is not
// looked for: the answer is a denial all the same.
std::optional<Denial> Policy::DenyInEveryRelease(const Request& request,
                                                 FirstWord first_word) const {
  const AskedCommand asked(request);
  for (const Rule& rule : rules_) {
    if (!IsAbout(rule, request.who()) || !IsAboutApp(rule, request.app)) continue;
    const bool matches = FitOfCommand(rule, asked) == Fit::kMatches;
    if (rule.effect == Effect::kDeny) {
      if (matches && rule.every_release) return DenialBy(rule, request);
      if (matches) return std::nullopt;
    } else if (matches || (first_word == FirstWord::kMayBeName && asked.MayBeAllowedByName(rule))) {
      return std::nullopt;
    }
  }
  return DenialFor(asked);
}

Decision Policy::Allow(const Rule& rule, const AskedCommand& asked) const {
  const Request& request = asked.request();
  std::vector<std::string> refused;
  for (const std::string_view variable : request.variables) {
    const std::size_t equals = variable.find('=');
    const std::string_view name = variable.substr(0, equals);
    if (!config::AcceptsVariable(rule.accept_env, name, variable.substr(equals + 1))) {
      refused.emplace_back(name);
    }
  }
  if (!refused.empty()) {
    std::string message = fmt::format("{}: the rule {} does not let {} set {}", PlaceOf(request),
                                      base::Quote(rule.name, 64), request.person, ListOf(refused));
    message += rule.accept_env.empty()
                   ? fmt::format(
                         "; type the command without it, set it in the app's \"env\", or "
                         "type: env {}=VALUE COMMAND, if a rule allows that",
                         refused.front())
                   : "; it accepts " + ListOf(rule.accept_env);
    return Denial{rule.name, std::move(message)};
  }
  Grant grant(request.person, request.app, request.releases, rule.name);
  grant.shell_ = rule.shell;
  grant.accept_env_ = rule.accept_env;
  grant.record_ = rule.record;
  grant.on_disconnect_ = rule.on_disconnect;
  grant.unrecorded_ = rule.unrecorded;
  grant.private_run_ = rule.private_run;
  // A person who may run everything gains nothing by make.
  grant.plain_values_ = asked.MayRunMake() && !AllowsEverything(rule);
  return grant;
}

Denial Policy::DenialFor(const AskedCommand& asked) const {
  const Request& request = asked.request();
  if (!MayUse(request.who(), request.app)) {
    return {"", fmt::format("{}: {} may use no app of this name", base::Escape(request.app, 64),
                            request.person)};
  }
  std::string message =
      fmt::format("{}: no rule allows {} to {}", PlaceOf(request), Shown(request), request.person);
  for (const Rule& rule : rules_) {
    if (rule.effect == Effect::kAllow && FitOf(rule, asked) == Fit::kRelease) {
      return {"", fmt::format("{}; the rule {} allows it in: {}", message,
                              base::Quote(rule.name, 64), ListOf(rule.releases))};
    }
  }
  return {"", fmt::format("{}; you may run: {}", message,
                          ListOf(PatternsFor(request.who(), request.app)))};
}

const Watchers* Policy::WatchersOf(std::string_view app, const Who& who) const {
  const auto found =
      std::find_if(watchers_.begin(), watchers_.end(), [&](const Watchers& watchers) {
        return IsAboutApp(watchers, app) && IsAbout(watchers, who);
      });
  return found == watchers_.end() ? nullptr : &*found;
}

std::string_view NameOf(RunAct act) {
  switch (act) {
    case RunAct::kWatch:
      return "watch";
    case RunAct::kLogs:
      return "logs";
    case RunAct::kWait:
      return "wait";
    case RunAct::kStop:
      return "stop";
    case RunAct::kAttach:
      return "attach";
  }
  return "";
}

const OverRuns* Policy::OverRunsOf(RunAct act, std::string_view app, const Who& who) const {
  const auto found = std::find_if(over_runs_.begin(), over_runs_.end(), [&](const OverRuns& entry) {
    return std::find(entry.may.begin(), entry.may.end(), act) != entry.may.end() &&
           IsAboutApp(entry, app) && IsAbout(entry, who);
  });
  return found == over_runs_.end() ? nullptr : &*found;
}

std::optional<std::string> Policy::MayManage(RunAct act, const Who& who, std::string_view app,
                                             std::string_view person) const {
  if (who.person == person && MayUse(who, app)) return "";
  const OverRuns* const entry = OverRunsOf(act, app, who);
  return entry == nullptr ? std::nullopt : std::optional(entry->name);
}

std::optional<WatchGrant> Policy::MayWatch(const Who& who, std::string_view app,
                                           std::string_view person) const {
  if (const Watchers* const watchers = WatchersOf(app, who)) {
    return WatchGrant(std::string(app), std::string(person), watchers->name);
  }
  if (const OverRuns* const entry = OverRunsOf(RunAct::kWatch, app, who)) {
    return WatchGrant(std::string(app), std::string(person), entry->name);
  }
  if (who.person != person || !MayUse(who, app)) return std::nullopt;
  return WatchGrant(std::string(app), std::string(person), "");
}

std::vector<std::string> Policy::WatchableApps(const Who& who,
                                               const std::vector<std::string>& apps) const {
  std::vector<std::string> watchable;
  for (const std::string& app : apps) {
    const bool may =
        WatchersOf(app, who) != nullptr || OverRunsOf(RunAct::kWatch, app, who) != nullptr;
    if (may) watchable.push_back(app);
  }
  return watchable;
}

bool Policy::MayReview(const Who& who, std::string_view app) const {
  return std::any_of(reviewers_.begin(), reviewers_.end(), [&](const Reviewers& reviewers) {
    return IsAboutApp(reviewers, app) && IsAbout(reviewers, who);
  });
}

bool Policy::MayUse(const Who& who, std::string_view app) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return rule.effect == Effect::kAllow && IsAboutApp(rule, app) && IsAbout(rule, who);
  });
}

std::vector<std::string> Policy::PatternsFor(const Who& who, std::string_view app) const {
  std::vector<std::string> texts;
  std::set<std::string_view> seen;
  for (const Rule& rule : rules_) {
    if (rule.effect != Effect::kAllow || !IsAboutApp(rule, app) || !IsAbout(rule, who)) continue;
    for (const config::Pattern& pattern : rule.run) {
      if (seen.insert(pattern.text()).second) texts.push_back(pattern.text());
    }
  }
  return texts;
}

std::vector<std::string> Policy::VariablesFor(const Who& who, std::string_view app) const {
  std::set<std::string> names;
  for (const Rule& rule : rules_) {
    if (rule.effect != Effect::kAllow || !IsAboutApp(rule, app) || !IsAbout(rule, who)) continue;
    names.insert(rule.accept_env.begin(), rule.accept_env.end());
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> Policy::VisibleApps(const Who& who,
                                             const std::vector<std::string>& apps) const {
  std::vector<std::string> visible;
  for (const std::string& app : apps) {
    if (MayUse(who, app)) visible.push_back(app);
  }
  return visible;
}

const UnixUser* Policy::UnixUserOf(std::string_view account) const {
  const auto found = unix_users_.find(account);
  return found == unix_users_.end() ? nullptr : &found->second;
}

bool Policy::IsUnixPerson(std::string_view person) const {
  return std::any_of(unix_users_.begin(), unix_users_.end(),
                     [&](const auto& user) { return user.second.person == person; });
}

std::vector<std::string> Policy::GroupsOf(const Who& who) const {
  std::vector<std::string> names;
  for (const auto& [name, members] : groups_) {
    if (IsIn(name, who)) names.push_back(name);
  }
  return names;
}

}  // namespace authz
