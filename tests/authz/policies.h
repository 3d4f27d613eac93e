// Policies of a few rules, and what they answer.
#ifndef ONEOFF_TESTS_AUTHZ_POLICIES_H_
#define ONEOFF_TESTS_AUTHZ_POLICIES_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "authz/policy.h"
#include "base/text.h"

namespace authz {

inline const Policy::Names kNames = {{"alice", "bob", "carol", "ci"}, {"blog", "shop"}};

inline Policy Parse(const std::string& text) {
  config::Problems problems;
  auto policy = Policy::Parse("policy.json", text, kNames, problems);
  EXPECT_TRUE(policy) << (problems.empty() ? "" : problems[0].Render());
  return policy.value_or(Policy());
}

// Of rules alone.
inline Policy Rules(const std::string& rules) {
  return Parse(R"({"groups": {"ops": ["alice"], "dev": ["carol", "bob"]}, "rules": [)" + rules +
               "]}");
}

inline std::vector<std::string> ProblemsOf(const std::string& text) {
  config::Problems problems;
  const auto policy = Policy::Parse("policy.json", text, kNames, problems);
  EXPECT_EQ(policy.has_value(), !config::HasErrors(problems));
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

inline Request Ask(const std::string& person, const std::string& app, const std::string& command,
                   std::vector<std::string> releases = {"v41", "current"}) {
  Request request;
  request.person = person;
  request.app = app;
  request.releases = std::move(releases);
  request.command = command;
  if (command.empty()) return request;
  for (const auto word : base::Split(command, ' ')) request.words.emplace_back(word);
  return request;
}

// "RULE allows", "RULE denies: MESSAGE", "MESSAGE".
inline std::string Answer(const Policy& policy, const Request& request) {
  const Decision decision = policy.Decide(request);
  if (const auto* const grant = std::get_if<Grant>(&decision)) return grant->rule() + " allows";
  const auto& denial = std::get<Denial>(decision);
  return denial.rule.empty() ? denial.message : denial.rule + " denies: " + denial.message;
}

}  // namespace authz

#endif  // ONEOFF_TESTS_AUTHZ_POLICIES_H_
