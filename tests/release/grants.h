// Grants for tests, from the only place that makes any: a policy.
#ifndef ONEOFF_TESTS_RELEASE_GRANTS_H_
#define ONEOFF_TESTS_RELEASE_GRANTS_H_

#include <string>
#include <variant>

#include "authz/policy.h"

namespace release {

enum class Shell { kNo, kYes };

// alice may run everything in shop's v42, which is current.
inline authz::Grant GrantForShop(Shell shell = Shell::kNo) {
  config::Problems problems;
  const std::string text =
      std::string(R"({"rules": [{"name": "all", "who": ["alice"], "apps": ["*"], "run": ["..."])") +
      (shell == Shell::kYes ? R"(, "shell": true)" : "") + "}]}";
  const auto policy = authz::Policy::Parse("policy.json", text, {{"alice"}, {"shop"}}, problems);
  authz::Request request;
  request.person = "alice";
  request.app = "shop";
  request.releases = {"v42", "current"};
  request.command = "true";
  request.words = {"true"};
  return std::get<authz::Grant>(policy.value().Decide(request));
}

}  // namespace release

#endif  // ONEOFF_TESTS_RELEASE_GRANTS_H_
