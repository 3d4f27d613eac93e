#include "authz/matching_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace authz {
namespace {

TEST(MatchingChanges, NameWhatAPatternMatchesNoLonger) {
  config::Problems problems;
  const auto policy = Policy::Parse("policy.json", R"({"rules": [
{"name": "r", "who": ["bob"], "apps": ["shop"], "accept_env": ["A"],
 "run": ["cat log/*", "rake x ...", "rake db:migrate", "bin/console", "rake V=*", "bundle exec y", "..."]},
{"name": "v", "who": ["bob"], "apps": ["shop"], "run": ["rake z *"]},
{"name": "no", "effect": "deny", "who": ["bob"], "apps": ["shop"], "run": ["cat *"]}]})",
                                    {{"bob"}, {"shop"}}, problems);
  ASSERT_TRUE(policy);
  EXPECT_THAT(
      MatchingChanges(*policy),
      ::testing::ElementsAre(
          "policy.json:2: 'r': \"cat log/*\" no longer matches: cat log/a/b; cat log/../a; cat "
          "log//a",
          "policy.json:2: 'r': \"rake x ...\" no longer matches: rake x ../a; rake x /a",
          "policy.json:2: 'r': \"bin/console\" no longer matches: console",
          "policy.json:2: 'r': \"rake V=*\" no longer matches: rake V=a/b; rake V=../a; rake V=/a",
          "policy.json:2: 'r': \"bundle exec y\" no longer matches: y",
          "policy.json:4: 'v': \"rake z *\" no longer matches: rake z a/b; rake z ../a; rake z /a; "
          "rake z A=b"));
}

}  // namespace
}  // namespace authz
