#include "authz/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/authz/policies.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Policy, WithoutRulesDeniesEverything) {
  EXPECT_EQ(Answer(Policy(), Ask("alice", "shop", "rake")),
            "shop: alice may use no app of this name");
  EXPECT_EQ(Answer(Parse(R"({"rules": []})"), Ask("alice", "shop", "")),
            "shop: alice may use no app of this name");
}

TEST(Policy, AGrantSaysWhatItIsFor) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["rake ..."],
          "accept_env": ["VERBOSE"]})");
  const Decision decision = policy.Decide(Ask("bob", "shop", "rake x"));
  const auto* const grant = std::get_if<Grant>(&decision);
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(grant->person(), "bob");
  EXPECT_EQ(grant->app(), "shop");
  EXPECT_THAT(grant->releases(), ElementsAre("v41", "current"));
  EXPECT_EQ(grant->rule(), "r");
  EXPECT_FALSE(grant->shell());
  EXPECT_THAT(grant->accept_env(), ElementsAre("VERBOSE"));
}

TEST(Policy, TheFirstRuleThatMatchesDecides) {
  const Policy policy = Rules(
      R"({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake db:drop -..."]},
         {"name": "yes", "who": ["group:ops"], "apps": ["*"], "run": ["rake ..."]},
         {"name": "late", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake x"]})");
  EXPECT_EQ(Answer(policy, Ask("alice", "shop", "rake db:drop now")),
            "no denies: shop+v41: 'rake db:drop now' is denied to alice by the rule 'no'");
  EXPECT_EQ(Answer(policy, Ask("alice", "shop", "rake x")), "yes allows");
}

TEST(Policy, ARuleMatchesOnPersonAppReleaseAndCommand) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["group:dev", "ci"], "apps": ["shop"], "releases": ["current", "latest"],
          "run": ["rake db:migrate", "console"]})");
  EXPECT_EQ(Answer(policy, Ask("bob", "shop", "console")), "r allows");
  EXPECT_EQ(Answer(policy, Ask("ci", "shop", "console")), "r allows");
  EXPECT_EQ(Answer(policy, Ask("bob", "shop", "console", {"v42", "latest"})), "r allows");
  EXPECT_EQ(Answer(policy, Ask("alice", "shop", "console")),
            "shop: alice may use no app of this name");
  EXPECT_EQ(Answer(policy, Ask("bob", "blog", "console")), "blog: bob may use no app of this name");
  EXPECT_EQ(
      Answer(policy, Ask("bob", "shop", "console", {"v40"})),
      "shop+v40: no rule allows 'console' to bob; the rule 'r' allows it in: current, latest");
  EXPECT_EQ(
      Answer(policy, Ask("bob", "shop", "rake db:drop")),
      "shop+v41: no rule allows 'rake db:drop' to bob; you may run: rake db:migrate, console");
}

TEST(Policy, ADenyMatchesWhatWasTypedAndWhatItStandsFor) {
  const Policy policy = Rules(
      R"({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake db:drop"]},
         {"name": "all", "who": ["alice"], "apps": ["*"], "run": ["..."], "shell": true})");
  for (const char* typed : {"rake db:drop", "bundle exec rake db:drop", "bin/rake db:drop"}) {
    EXPECT_THAT(Answer(policy, Ask("alice", "shop", typed)), ::testing::StartsWith("no denies"));
  }
  Request request = Ask("alice", "shop", "reset");
  request.stands_for = {"bundle", "exec", "rake", "db:drop"};
  EXPECT_THAT(Answer(policy, request), ::testing::StartsWith("no denies"));
}

TEST(Policy, AShellNeedsARuleThatSaysShell) {
  const Policy policy = Rules(
      R"({"name": "all", "who": ["bob"], "apps": ["*"], "run": ["..."]},
         {"name": "shell", "who": ["alice"], "apps": ["*"], "run": ["..."], "shell": true})");
  Request request = Ask("alice", "shop", "");
  EXPECT_EQ(Answer(policy, request), "shell allows");
  request.person = "bob";
  EXPECT_EQ(Answer(policy, request), "shop+v41: no rule allows a shell to bob; you may run: ...");
  request.needs_shell = true;
  request.command = "rake x | less";
  EXPECT_EQ(Answer(policy, request),
            "shop+v41: no rule allows 'rake x | less' to bob; you may run: ...");
  request.person = "alice";
  EXPECT_EQ(Answer(policy, request), "shell allows");
}

TEST(Policy, ADenyOfEverythingDeniesAShellToo) {
  const Policy policy = Rules(
      R"({"name": "closed", "effect": "deny", "who": ["*"], "apps": ["shop"], "run": ["..."]},
         {"name": "shell", "who": ["alice"], "apps": ["*"], "run": ["..."], "shell": true})");
  EXPECT_EQ(Answer(policy, Ask("alice", "shop", "")),
            "closed denies: shop+v41: a shell is denied to alice by the rule 'closed'");
  EXPECT_EQ(Answer(policy, Ask("alice", "blog", "")), "shell allows");
}

TEST(Policy, LeadingVariablesAreOnlyTakenWhereTheRuleNamesThem) {
  const Policy policy = Rules(
      R"({"name": "a", "who": ["bob"], "apps": ["shop"], "run": ["rake x"], "accept_env": ["VERBOSE"]},
         {"name": "b", "who": ["bob"], "apps": ["shop"], "run": ["rake y"]})");
  Request request = Ask("bob", "shop", "rake x");
  request.variables = {"VERBOSE=1"};
  EXPECT_EQ(Answer(policy, request), "a allows");
  request.variables = {"VERBOSE=1", "RAILS_ENV=test"};
  EXPECT_EQ(Answer(policy, request),
            "a denies: shop+v41: the rule 'a' does not let bob set RAILS_ENV; it accepts VERBOSE");
  request.words = {"rake", "y"};
  EXPECT_EQ(
      Answer(policy, request),
      "b denies: shop+v41: the rule 'b' does not let bob set VERBOSE, RAILS_ENV; type the "
      "command without it, set it in the app's \"env\", or type: env VERBOSE=VALUE COMMAND, if a "
      "rule allows that");
}

TEST(Policy, AVariableIsAcceptedWithItsValueAloneWhereTheRuleNamesOne) {
  const Policy policy = Rules(
      R"({"name": "a", "who": ["bob"], "apps": ["shop"], "run": ["rake x ..."],
          "accept_env": ["EDITOR=rvim", "RAILS_ENV=test"]})");
  Request request = Ask("bob", "shop", "rake x");
  request.variables = {"EDITOR=rvim", "RAILS_ENV=test"};
  EXPECT_EQ(Answer(policy, request), "a allows");
  for (const char* other :
       {"EDITOR=vim", "EDITOR=", "EDITOR=rvim -c", "RAILS_ENV=", "EDITO=rvim"}) {
    request.variables = {other};
    EXPECT_THAT(Answer(policy, request), HasSubstr("does not let bob set")) << other;
  }
  EXPECT_EQ(Answer(policy, Ask("bob", "shop", "rake x RAILS_ENV=test")), "a allows");
  EXPECT_THAT(Answer(policy, Ask("bob", "shop", "rake x RAILS_ENV=production")),
              HasSubstr("no rule allows"));
}

TEST(Policy, SaysWhoMayUseAnAppAndWhatTheyMayType) {
  const Policy policy = Rules(
      R"({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["x"]},
         {"name": "a", "who": ["group:dev"], "apps": ["shop"], "run": ["rake y", "console"]},
         {"name": "b", "who": ["*"], "apps": ["blog"], "run": ["console"]},
         {"name": "c", "who": ["bob"], "apps": ["*"], "run": ["console", "ls"]})");
  EXPECT_TRUE(policy.MayUse({"carol"}, "shop"));
  EXPECT_FALSE(policy.MayUse({"alice"}, "shop"));
  EXPECT_TRUE(policy.MayUse({"alice"}, "blog"));
  EXPECT_THAT(policy.PatternsFor({"bob"}, "shop"), ElementsAre("rake y", "console", "ls"));
  EXPECT_THAT(policy.PatternsFor({"alice"}, "shop"), IsEmpty());
  EXPECT_THAT(policy.VisibleApps({"alice"}, {"blog", "shop"}), ElementsAre("blog"));
  EXPECT_THAT(policy.GroupsOf({"bob"}), ElementsAre("dev"));
}

TEST(Policy, KnowsTheVariablesThatSomeRuleAccepts) {
  const Policy policy = Rules(R"(
         {"name": "a", "who": ["bob"], "apps": ["shop"], "run": ["x"], "accept_env": ["V", "A"]},
         {"name": "b", "who": ["*"], "apps": ["*"], "run": ["y"], "accept_env": ["V", "B"]},
         {"name": "c", "who": ["alice"], "apps": ["shop"], "run": ["z"], "accept_env": ["C"]})");
  EXPECT_THAT(policy.VariablesFor({"bob"}, "shop"), ElementsAre("A", "B", "V"));
  EXPECT_THAT(policy.VariablesFor({"bob"}, "blog"), ElementsAre("B", "V"));
  EXPECT_THAT(Policy().VariablesFor({"bob"}, "shop"), IsEmpty());
}

TEST(Policy, ExplainsHowEachRuleFared) {
  const Policy policy = Parse(R"({
  "groups": {"ops": ["alice"]},
  "rules": [
    {"name": "person", "who": ["group:ops", "carol"], "apps": ["*"], "run": ["..."], "shell": true},
    {"name": "app", "who": ["*"], "apps": ["blog"], "run": ["console"]},
    {"name": "release", "who": ["*"], "apps": ["*"], "releases": ["v9"], "run": ["rake x"]},
    {"name": "command", "who": ["*"], "apps": ["*"], "run": ["rake y", "rake z"]},
    {"name": "this", "who": ["bob"], "apps": ["*"], "run": ["rake x"], "accept_env": ["V"]},
    {"name": "after", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["..."]}
  ]})");
  const Request request = Ask("bob", "shop", "rake x");
  EXPECT_EQ(RenderExplanation(request, policy.Explain(request), policy.Decide(request)),
            "policy.json:4: 'person' (allow): who does not match: group:ops, carol\n"
            "policy.json:5: 'app' (allow): apps do not match: blog\n"
            "policy.json:6: 'release' (allow): releases do not match: v9\n"
            "policy.json:7: 'command' (allow): run does not match: rake y, rake z\n"
            "policy.json:8: 'this' (allow): matches: this rule allows it\n"
            "policy.json:9: 'after' (deny): not asked: a rule above decides\n"
            "allowed: bob may run 'rake x' in shop, by the rule 'this'; the client may set V\n");
  const Request shell = Ask("bob", "shop", "");
  EXPECT_EQ(RenderExplanation(shell, policy.Explain(shell), policy.Decide(shell)),
            "policy.json:4: 'person' (allow): who does not match: group:ops, carol\n"
            "policy.json:5: 'app' (allow): apps do not match: blog\n"
            "policy.json:6: 'release' (allow): run does not match: rake x\n"
            "policy.json:7: 'command' (allow): run does not match: rake y, rake z\n"
            "policy.json:8: 'this' (allow): run does not match: rake x\n"
            "policy.json:9: 'after' (deny): matches: this rule denies it\n"
            "denied: shop+v41: a shell is denied to bob by the rule 'after'\n");
}

TEST(Policy, ShowsAnAskerTheRulesAboutThemAndAReviewerEveryRule) {
  const Policy policy = Parse(R"({
  "groups": {"ops": ["alice"]},
  "rules": [
    {"name": "secret", "effect": "deny", "who": ["carol"], "apps": ["shop"], "run": ["..."]},
    {"name": "blog", "who": ["bob"], "apps": ["blog"], "run": ["..."]},
    {"name": "own", "who": ["bob"], "apps": ["shop"], "run": ["rake x"]},
    {"name": "ops", "who": ["group:ops"], "apps": ["shop"], "run": ["..."]},
    {"name": "all", "who": ["*"], "apps": ["*"], "run": ["rake y"]}
  ],
  "reviewers": [{"name": "ops review", "who": ["group:ops"], "apps": ["shop"]}]})");
  const auto names = [&policy](const Request& request, ShownRules shown) {
    std::vector<std::string> rules;
    for (const RuleTrace& trace : policy.Explain(request, shown)) rules.push_back(trace.rule);
    return rules;
  };
  const Request request = Ask("bob", "shop", "rake x");
  EXPECT_THAT(names(request, ShownRules::kAskersRules), ElementsAre("own", "all"));
  EXPECT_THAT(names(request, ShownRules::kEveryRule),
              ElementsAre("secret", "blog", "own", "ops", "all"));
  EXPECT_TRUE(policy.MayReview({"alice"}, "shop"));
  EXPECT_FALSE(policy.MayReview({"alice"}, "blog"));
  EXPECT_FALSE(policy.MayReview({"bob"}, "shop"));
  EXPECT_TRUE(policy.MayReview({"cert:x", {"ops"}}, "shop"));
}

TEST(Policy, AWildcardStaysInsideTheFolderThatAnAllowingRuleNames) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["cat log/*", "tee tmp/*", "run ..."]})");
  for (const char* const typed : {"cat log/app.log", "tee tmp/x", "run a/b"}) {
    EXPECT_EQ(Answer(policy, Ask("bob", "shop", typed)), "r allows") << typed;
  }
  for (const char* const typed :
       {"cat log/../.env", "tee tmp/../app.rb", "cat log/a/b", "cat /etc/x", "run ../x",
        "run --file=/etc/passwd", "run @/etc/passwd"}) {
    EXPECT_THAT(Answer(policy, Ask("bob", "shop", typed)), ::testing::HasSubstr("no rule allows"))
        << typed;
  }
}

TEST(Policy, ADenyRuleIsNotPassedByAnotherSpelling) {
  const Policy policy = Rules(
      R"({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake db:drop", "tee *"]},
         {"name": "all", "who": ["alice"], "apps": ["*"], "run": ["..."], "shell": true})");
  for (const char* const typed :
       {"./bin/rake db:drop", "bin//rake db:drop", "/usr/bin/rake db:drop", "rake -q db:drop",
        "rake -- db:drop", "rake X=1 db:drop", "rake db:migrate db:drop", "rake db:drop[]",
        "tee ../app.rb", "/usr/bin/tee /etc/x"}) {
    EXPECT_THAT(Answer(policy, Ask("alice", "shop", typed)), ::testing::StartsWith("no denies"))
        << typed;
  }
  EXPECT_EQ(Answer(policy, Ask("alice", "shop", "rake db:migrate")), "all allows");
  const Request request = Ask("alice", "shop", "./bin/rake -q db:drop");
  EXPECT_THAT(RenderExplanation(request, policy.Explain(request), policy.Decide(request)),
              ::testing::StartsWith("normal form, for deny rules: rake db:drop\n"));
}

TEST(Policy, AGrantForACommandThatMayRunMakeIsForPlainValues) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["make *", "rake *", "seed"]},
         {"name": "all", "who": ["alice"], "apps": ["shop"], "run": ["..."]})");
  const auto plain = [&](const Request& request) {
    return std::get<Grant>(policy.Decide(request)).plain_values();
  };
  EXPECT_TRUE(plain(Ask("bob", "shop", "make x")));
  EXPECT_FALSE(plain(Ask("bob", "shop", "rake x")));
  EXPECT_FALSE(plain(Ask("alice", "shop", "make x")));
  Request seed = Ask("bob", "shop", "seed");
  EXPECT_FALSE(plain(seed));
  seed.opaque = true;
  EXPECT_TRUE(plain(seed));
}

TEST(Policy, APatternWithAPathAllowsNoName) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["bin/console ...", "bin/backup"]})");
  EXPECT_EQ(Answer(policy, Ask("bob", "shop", "bin/console about")), "r allows");
  Request console = Ask("bob", "shop", "console");
  console.stands_for = {"php", "-a"};
  EXPECT_THAT(Answer(policy, console), ::testing::HasSubstr("no rule allows"));
  Request backup = Ask("bob", "shop", "backup");
  backup.opaque = true;
  EXPECT_THAT(Answer(policy, backup), ::testing::HasSubstr("no rule allows"));
}

TEST(Policy, VariablesBehindTheCommandAreOnlyTakenWhereTheRuleNamesThem) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["rake x ...", "make all ...", "seed ..."],
          "accept_env": ["VERBOSE"]})");
  for (const char* const typed : {"rake x VERBOSE=1", "make all VERBOSE=1", "seed a=b"}) {
    EXPECT_EQ(Answer(policy, Ask("bob", "shop", typed)), "r allows") << typed;
  }
  for (const char* const typed :
       {"rake x LD_PRELOAD=y", "bundle exec rake x PERL5OPT=y", "make all DATABASE_URL=y"}) {
    EXPECT_THAT(Answer(policy, Ask("bob", "shop", typed)), ::testing::HasSubstr("no rule allows"))
        << typed;
  }
  Request seed = Ask("bob", "shop", "seed LD_PRELOAD=y");
  seed.stands_for = {"rake", "db:seed", "LD_PRELOAD=y"};
  EXPECT_THAT(Answer(policy, seed), ::testing::HasSubstr("no rule allows"));
  seed.stands_for = {};
  seed.opaque = true;
  EXPECT_THAT(Answer(policy, seed), ::testing::HasSubstr("no rule allows"));
  seed = Ask("bob", "shop", "seed VERBOSE=1");
  seed.opaque = true;
  EXPECT_EQ(Answer(policy, seed), "r allows");
}

TEST(Policy, AUnixAccountStandsForAPersonWhoNeedsNoFile) {
  const Policy policy = Parse(
      R"({"unix_users": {"deploy": "robot", "root": "alice"},
          "groups": {"deployers": ["robot"]},
          "rules": [{"name": "r", "who": ["group:deployers"], "apps": ["shop"], "run": ["x"]}],
          "tests": [{"who": "robot", "app": "shop", "run": "x", "expect": "allow"}]})");
  ASSERT_NE(policy.UnixUserOf("deploy"), nullptr);
  EXPECT_EQ(policy.UnixUserOf("deploy")->person, "robot");
  EXPECT_FALSE(policy.UnixUserOf("deploy")->apps_user);
  EXPECT_EQ(policy.UnixUserOf("root")->person, "alice");
  EXPECT_TRUE(policy.IsUnixPerson("robot"));
  EXPECT_FALSE(policy.IsUnixPerson("deploy"));
  EXPECT_EQ(Answer(policy, Ask("robot", "shop", "x")), "r allows");
}

TEST(Policy, AnAccountThatIsNotWrittenStandsForNobody) {
  const Policy policy = Parse(R"({"unix_users": {"deploy": "ci"}, "rules": []})");
  EXPECT_EQ(policy.UnixUserOf("root"), nullptr);
  EXPECT_EQ(policy.UnixUserOf("deplo"), nullptr);
  EXPECT_EQ(policy.UnixUserOf(""), nullptr);
  EXPECT_EQ(policy.UnixUserOf("ci"), nullptr);
  EXPECT_EQ(Policy().UnixUserOf("root"), nullptr);
}

TEST(Policy, AGrantSaysWhatIsToBeRecorded) {
  const Policy policy = Parse(
      "{\"rules\": [{\"name\": \"r\", \"who\": [\"bob\"], \"apps\": [\"shop\"], \"run\": [\"x\"],"
      "\"record\": {\"keep\": \"64M\", \"input\": true, \"digest\": true}, \"unrecorded\": "
      "\"allowed\"}]}");
  Request request;
  request.person = "bob";
  request.app = "shop";
  request.words = {"x"};
  const Decision decision = policy.Decide(request);
  const auto* const grant = std::get_if<Grant>(&decision);
  ASSERT_NE(grant, nullptr);
  EXPECT_EQ(
      grant->record(),
      (config::RecordTerms{.keep = 64UL << 20, .digest = true, .input = config::Input::kEchoed}));
  EXPECT_TRUE(grant->unrecorded());
}

TEST(Policy, AGrantSaysWhetherTheRunIsPrivate) {
  const Policy policy =
      Parse(R"({"rules": [{"name": "p", "who": ["bob"], "apps": ["shop"], "run": ["x"],
                           "private": true},
                          {"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["y"]}]})");
  Request request;
  request.person = "bob";
  request.app = "shop";
  request.words = {"x"};
  EXPECT_TRUE(std::get<Grant>(policy.Decide(request)).private_run());
  request.words = {"y"};
  EXPECT_FALSE(std::get<Grant>(policy.Decide(request)).private_run());
}

TEST(Policy, ACertificatesGroupsCountBesideThePolicysOwn) {
  const Policy policy =
      Rules(R"({"name": "dev", "who": ["group:dev"], "apps": ["shop"], "run": ["rake ..."]})");
  Request request = Ask("cert:dora", "shop", "rake x");
  EXPECT_EQ(Answer(policy, request), "shop: cert:dora may use no app of this name");
  request.groups = {"ops", "unknown"};
  EXPECT_EQ(Answer(policy, request), "shop: cert:dora may use no app of this name");
  request.groups = {"dev"};
  EXPECT_EQ(Answer(policy, request), "dev allows");
  EXPECT_TRUE(policy.MayUse({"cert:dora", {"dev"}}, "shop"));
  EXPECT_THAT(policy.GroupsOf({"cert:dora", {"unknown", "dev"}}), ElementsAre("dev"));
}

// The rule that denies it in every release, "none" if that is no rule, or "depends".
std::string InEveryRelease(const Policy& policy, const std::string& command,
                           Policy::FirstWord first = Policy::FirstWord::kKnown) {
  const auto denial = policy.DenyInEveryRelease(Ask("bob", "shop", command, {"v41"}), first);
  if (!denial) return "depends";
  return denial->rule.empty() ? "none" : denial->rule;
}

TEST(Policy, WhatNoPatternCanMatchIsDeniedInEveryRelease) {
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "releases": ["v1"],
          "run": ["bin/backup", "cat log/*", "rake db:* x"]})");
  for (const char* const typed : {"./x", "bin/x", "cat etc/x", "cat log/../x", "rake db:x"}) {
    EXPECT_EQ(InEveryRelease(policy, typed), "none") << typed;
  }
  for (const char* const typed : {"bin/backup", "cat log/x", "bundle exec rake db:x x"}) {
    EXPECT_EQ(InEveryRelease(policy, typed), "depends") << typed;
  }
  EXPECT_EQ(
      policy.DenyInEveryRelease(Ask("bob", "shop", "./x", {"current"}), Policy::FirstWord::kKnown)
          ->message,
      "shop+current: no rule allows './x' to bob; you may run: bin/backup, cat log/*, rake "
      "db:* x");
}

TEST(Policy, AWordThatMayBeANameIsDeniedWhereTheFurtherWordsFitNoPattern) {
  constexpr auto kMayBeName = Policy::FirstWord::kMayBeName;
  const Policy policy = Rules(
      R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["cat log/*", "*/x-*/../y z"]})");
  for (const char* const typed : {"ls /", "ls log/../x", "ls -l log", "ls a b c"}) {
    EXPECT_EQ(InEveryRelease(policy, typed, kMayBeName), "none") << typed;
  }
  // "cat" alone, "cat log/x", or any word before z could be what the first word stands for.
  for (const char* const typed : {"ls", "ls log/x", "cat log/x"}) {
    EXPECT_EQ(InEveryRelease(policy, typed, kMayBeName), "depends") << typed;
  }
  const Policy open =
      Rules(R"({"name": "r", "who": ["bob"], "apps": ["shop"], "run": ["rake ..."]})");
  EXPECT_EQ(InEveryRelease(open, "ls -l", kMayBeName), "depends");
  EXPECT_EQ(InEveryRelease(open, "./ls -l"), "none");
}

TEST(Policy, ADenyRuleOfEveryReleaseDeniesInEveryRelease) {
  const std::string allow = R"({"name": "all", "who": ["bob"], "apps": ["shop"], "run": ["..."]})";
  const std::string deny =
      R"({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake x"]})";
  const std::string deny_old =
      R"({"name": "no", "effect": "deny", "who": ["*"], "apps": ["*"], "releases": ["v1"],
          "run": ["rake x"]})";
  constexpr auto kMayBeName = Policy::FirstWord::kMayBeName;
  EXPECT_EQ(InEveryRelease(Rules(deny + "," + allow), "rake x", kMayBeName), "no");
  EXPECT_EQ(InEveryRelease(Rules(deny + "," + allow), "ls", kMayBeName), "depends");
  EXPECT_EQ(InEveryRelease(Rules(deny_old + "," + allow), "rake x"), "depends");
  EXPECT_EQ(InEveryRelease(Rules(allow + "," + deny), "rake x"), "depends");
  EXPECT_EQ(InEveryRelease(Rules(allow), ""), "none");  // a shell
}

}  // namespace
}  // namespace authz
