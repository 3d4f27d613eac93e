// The policy's watchers: who may see what others run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "authz/policy.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::optional<Policy> Read(const std::string& text, config::Problems& problems) {
  return Policy::Parse("policy.json", text, {{"alice", "bob", "carol", "ci"}, {"blog", "shop"}},
                       problems);
}

std::vector<std::string> ProblemsOf(const std::string& text) {
  config::Problems problems;
  (void)Read(text, problems);
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

Policy Parse(const std::string& text) {
  config::Problems problems;
  return Read(text, problems).value_or(Policy());
}

TEST(Watchers, OnesOwnRunsAreWatchedByWhoMayUseTheAppThoseOfOthersByWhoIsNamed) {
  const Policy policy = Parse(R"({"groups": {"dev": ["carol"], "audit": []}, "rules": [
{"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["x"]}], "watchers": [
{"name": "auditors", "who": ["group:audit"], "apps": ["*"]},
{"name": "dev", "who": ["group:dev"], "apps": ["shop"]}]})");
  const auto rule = [&](const Who& who, const std::string& app, const std::string& person) {
    const auto grant = policy.MayWatch(who, app, person);
    if (!grant) return std::string("no");
    EXPECT_EQ(grant->app() + " " + grant->person(), app + " " + person);
    return "by " + grant->rule();
  };
  EXPECT_EQ(rule({"bob"}, "shop", "bob"), "by ");
  EXPECT_EQ(rule({"bob"}, "shop", "carol"), "no");
  EXPECT_EQ(rule({"bob"}, "blog", "bob"), "no");
  EXPECT_EQ(rule({"carol"}, "shop", "bob"), "by dev");
  EXPECT_EQ(rule({"carol"}, "blog", "bob"), "no");
  EXPECT_EQ(rule({"alice"}, "shop", "bob"), "no");
  EXPECT_EQ(rule({"cert:dora", {"audit"}}, "blog", "bob"), "by auditors");
  EXPECT_THAT(policy.WatchableApps({"carol"}, {"blog", "shop"}), ElementsAre("shop"));
  EXPECT_THAT(policy.WatchableApps({"bob"}, {"blog", "shop"}), IsEmpty());
}

TEST(Watchers, WatchersAreReadAsRulesAre) {
  EXPECT_THAT(
      ProblemsOf(R"({"rules": [{"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["x"]}],
"watchers": [
{"name": "r", "who": ["bob"], "apps": ["shop"]},
{"name": "w", "who": ["group:dev"], "apps": []},
{"name": "v", "who": ["bob"], "apps": ["shop"], "run": ["x"]}]})"),
      ElementsAre("policy.json:3:10: \"name\" 'r' is another rule's name too",
                  "policy.json:4:23: unknown group 'dev'",
                  "policy.json:4:45: \"apps\" is empty: it is about no app",
                  "policy.json:5:49: unknown key \"run\""));
}

TEST(Watchers, ATestMayBeOfThem) {
  const auto problems = [](const std::string& test) {
    return ProblemsOf(R"({"rules": [{"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["x"]}],
"watchers": [{"name": "w", "who": ["carol"], "apps": ["shop"]}], "tests": [
)" + test + "]}");
  };
  EXPECT_THAT(problems(R"({"who": "carol", "app": "shop", "watch": "bob", "expect": "allow"})"),
              IsEmpty());
  EXPECT_THAT(
      problems(R"({"who": "carol", "app": "shop", "watch": "bob", "expect": "deny"})"),
      ElementsAre("policy.json:3:1: the test fails: carol watching runs of bob in shop is to "
                  "be denied, but 'w' allows it"));
  EXPECT_THAT(
      problems(R"({"who": "bob", "app": "shop", "watch": "carol", "expect": "allow"})"),
      ElementsAre("policy.json:3:1: the test fails: bob watching runs of carol in shop is to "
                  "be allowed, but nothing allows it"));
  EXPECT_THAT(
      problems(R"({"who": "bob", "app": "shop", "watch": "bob", "expect": "deny"})"),
      ElementsAre("policy.json:3:1: the test fails: bob watching runs of bob in shop is to be "
                  "denied, but they are their own"));
  EXPECT_THAT(problems(R"({"who": "bob", "app": "shop", "expect": "deny"})"),
              ElementsAre("policy.json:3:1: a test has either \"run\" or \"watch\""));
}

}  // namespace
}  // namespace authz
