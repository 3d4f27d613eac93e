#include "authz/policy_case.h"

#include <fmt/format.h>

#include <variant>

#include "base/text.h"
#include "config/variable_name.h"

namespace authz {
namespace {

// A test takes only words that mean the same wherever they are typed: splitting other strings is
// not the policy's work.
constexpr std::string_view kNotPlain = "'\"\\$`;|&<>()*?~#!{}\t";

}  // namespace

std::optional<std::string> PolicyCase::Run(const Policy& policy) const {
  if (run.empty() == watch.empty()) return "a test has either \"run\" or \"watch\"";
  return watch.empty() ? RunCommand(policy) : RunWatch(policy);
}

std::optional<std::string> PolicyCase::RunWatch(const Policy& policy) const {
  const auto grant = policy.MayWatch({who, groups}, app, watch);
  if (grant.has_value() == (expect == "allow")) return std::nullopt;
  std::string by = "nothing allows it";
  if (grant && grant->rule().empty()) by = "they are their own";
  if (grant && !grant->rule().empty()) {
    by = fmt::format("{} allows it", base::Quote(grant->rule(), 64));
  }
  return fmt::format("the test fails: {} watching runs of {} in {} is to be {}, but {}", who, watch,
                     app, expect == "allow" ? "allowed" : "denied", by);
}

std::optional<std::string> PolicyCase::RunCommand(const Policy& policy) const {
  if (const std::size_t at = run.find_first_of(kNotPlain); at != std::string::npos) {
    return fmt::format("the test's \"run\" holds {}; a test takes plain words",
                       base::Quote(run.substr(at, 1)));
  }
  Request request;
  request.person = who;
  request.groups = groups;
  request.app = app;
  request.releases = {release};
  request.command = run;
  for (const std::string_view word : base::Split(run, ' ')) {
    const std::size_t equals = word.find('=');
    if (request.words.empty() && equals != std::string_view::npos &&
        config::IsVariableName(word.substr(0, equals))) {
      request.variables.emplace_back(word);
    } else if (!word.empty()) {
      request.words.emplace_back(word);
    }
  }
  if (request.words.empty()) return "the test's \"run\" holds no command";
  const Decision decision = policy.Decide(request);
  const Denial* const denial = std::get_if<Denial>(&decision);
  if ((denial == nullptr) == (expect == "allow")) return std::nullopt;
  const Decision before = policy.Decide(request, Matching::kBefore);
  const bool passed_before = std::holds_alternative<Grant>(before) == (expect == "allow");
  std::string by = "no rule allows it";
  if (denial == nullptr) {
    by = fmt::format("the rule {} allows it", base::Quote(std::get<Grant>(decision).rule(), 64));
  } else if (!denial->rule.empty()) {
    by = fmt::format("the rule {} denies it", base::Quote(denial->rule, 64));
  }
  std::string fault = fmt::format("the test fails: {} running {} in {}+{} is to be {}, but {}", who,
                                  base::Quote(run, 100), app, release,
                                  expect == "allow" ? "allowed" : "denied", by);
  if (passed_before) {
    const Grant* const grant = std::get_if<Grant>(&before);
    fault += grant == nullptr ? "; it passed before deny rules saw every spelling"
                              : fmt::format(
                                    "; before wildcards were held to folders, the rule {} "
                                    "allowed it",
                                    base::Quote(grant->rule(), 64));
  }
  return fault;
}

}  // namespace authz
