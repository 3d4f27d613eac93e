// How each rule applies to a request, and the text that explains it.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "authz/policy.h"
#include "base/text.h"

namespace authz {
namespace {

constexpr std::size_t kShown = 400;  // bytes of one list in a detail

std::string WhoOf(const Rule& rule) {
  std::vector<std::string> who;
  if (rule.everybody) who.emplace_back("*");
  for (const std::string& group : rule.groups) who.push_back("group:" + group);
  who.insert(who.end(), rule.people.begin(), rule.people.end());
  return base::Escape(base::Join(who, ", "), kShown);
}

std::string RunOf(const Rule& rule) {
  std::vector<std::string> texts;
  texts.reserve(rule.run.size());
  for (const config::Pattern& pattern : rule.run) texts.push_back(pattern.text());
  return base::Escape(base::Join(texts, ", "), kShown);
}

std::string DetailOf(const Rule& rule, Fit fit) {
  const auto list = [](const std::vector<std::string>& names) {
    return base::Escape(base::Join(names, ", "), kShown);
  };
  switch (fit) {
    case Fit::kMatches:
      return fmt::format("matches: {}", rule.effect == Effect::kAllow ? "this rule allows it"
                                                                      : "this rule denies it");
    case Fit::kPerson:
      return fmt::format("who does not match: {}", WhoOf(rule));
    case Fit::kApp:
      return fmt::format("apps do not match: {}", list(rule.apps));
    case Fit::kRelease:
      return fmt::format("releases do not match: {}", list(rule.releases));
    case Fit::kCommand:
      return fmt::format("run does not match: {}", RunOf(rule));
    case Fit::kShell:
      return "would match, but grants no shell";
    case Fit::kNotReached:
      return "not asked: a rule above decides";
  }
  return {};
}

}  // namespace

std::vector<RuleTrace> Policy::Explain(const Request& request, ShownRules shown) const {
  std::vector<RuleTrace> traces;
  traces.reserve(rules_.size());
  bool decided = false;
  const AskedCommand asked(request);
  for (const Rule& rule : rules_) {
    RuleTrace trace;
    trace.rule = rule.name;
    trace.file = file_;
    trace.line = rule.line;
    trace.allows = rule.effect == Effect::kAllow;
    const Fit fit = FitOf(rule, asked);
    trace.fit = decided ? Fit::kNotReached : fit;
    trace.detail = DetailOf(rule, trace.fit);
    decided = decided || trace.fit == Fit::kMatches;
    const bool is_askers = fit != Fit::kPerson && fit != Fit::kApp;
    if (shown == ShownRules::kEveryRule || is_askers) traces.push_back(std::move(trace));
  }
  return traces;
}

std::string RenderExplanation(const Request& request, const std::vector<RuleTrace>& traces,
                              const Decision& decision) {
  std::string text;
  for (const std::string& form : AskedCommand(request).NormalForms()) {
    text += fmt::format("normal form, for deny rules: {}\n", base::Escape(form, 400));
  }
  for (const RuleTrace& trace : traces) {
    text += fmt::format("{}:{}: {} ({}): {}\n", base::Escape(trace.file, 4096), trace.line,
                        base::Quote(trace.rule, 64), trace.allows ? "allow" : "deny", trace.detail);
  }
  if (const Denial* const denial = std::get_if<Denial>(&decision)) {
    return text + fmt::format("denied: {}\n", denial->message);
  }
  const Grant& grant = std::get<Grant>(decision);
  text += fmt::format(
      "allowed: {} may run {} in {}, by the rule {}", base::Escape(request.person),
      request.WantsShell() && request.command.empty() ? "a shell" : base::Quote(request.command),
      base::Escape(request.app), base::Quote(grant.rule(), 64));
  if (grant.shell()) text += ", which grants a shell too";
  if (!grant.accept_env().empty()) {
    text += fmt::format(
        "; the client may set {}{}", base::Join(grant.accept_env(), ", "),
        grant.plain_values() ? ", to values without a '$', as make would expand it" : "");
  }
  return text + "\n";
}

}  // namespace authz
