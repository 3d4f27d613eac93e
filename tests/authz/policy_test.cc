#include "authz/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Policy::Names kNames = {{"alice", "bob", "carol", "ci"}, {"blog", "shop"}};

Policy Parse(const std::string& text) {
  config::Problems problems;
  auto policy = Policy::Parse("policy.json", text, kNames, problems);
  EXPECT_TRUE(policy) << (problems.empty() ? "" : problems[0].Render());
  return policy.value_or(Policy());
}

// Of rules alone.
Policy Rules(const std::string& rules) {
  return Parse(R"({"groups": {"ops": ["alice"], "dev": ["carol", "bob"]}, "rules": [)" + rules +
               "]}");
}

std::vector<std::string> ProblemsOf(const std::string& text) {
  config::Problems problems;
  const auto policy = Policy::Parse("policy.json", text, kNames, problems);
  EXPECT_EQ(policy.has_value(), !config::HasErrors(problems));
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

Request Ask(const std::string& person, const std::string& app, const std::string& command,
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
std::string Answer(const Policy& policy, const Request& request) {
  const Decision decision = policy.Decide(request);
  if (const auto* const grant = std::get_if<Grant>(&decision)) return grant->rule() + " allows";
  const auto& denial = std::get<Denial>(decision);
  return denial.rule.empty() ? denial.message : denial.rule + " denies: " + denial.message;
}

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
  request.env_names = {"VERBOSE"};
  EXPECT_EQ(Answer(policy, request), "a allows");
  request.env_names = {"VERBOSE", "RAILS_ENV"};
  EXPECT_EQ(Answer(policy, request),
            "a denies: shop+v41: the rule 'a' does not let bob set RAILS_ENV; it accepts VERBOSE");
  request.words = {"rake", "y"};
  EXPECT_EQ(
      Answer(policy, request),
      "b denies: shop+v41: the rule 'b' does not let bob set VERBOSE, RAILS_ENV; type the "
      "command without it, set it in the app's \"env\", or type: env VERBOSE=VALUE COMMAND, if a "
      "rule allows that");
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

TEST(Policy, AnUnknownPersonIsAnErrorOnlyWhereSomethingIsDenied) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"bbo\"], \"apps\": [\"shop\"], "
                         "\"run\": [\"x\"], \"effect\": \"deny\"}]}"),
              ElementsAre("policy.json:1:34: unknown person 'bbo'; did you mean \"bob\"?"));
  EXPECT_THAT(
      ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"bbo\"], \"apps\": [\"shop\"], "
                 "\"run\": [\"x\"]}]}"),
      ElementsAre("policy.json:1:34: warning: unknown person 'bbo'; did you mean \"bob\"?"));
}

TEST(Policy, UnknownNamesAreToldWithTheNearest) {
  EXPECT_THAT(
      ProblemsOf("{\"groups\": {\"ops\": [\"alise\", \"group:dev\", 1], \"Bad\": []},\n"
                 "\"rules\": [{\"name\": \"r\", \"who\": [\"bbo\", \"group:opps\", \"ops\"],\n"
                 "\"apps\": [\"shop\"], \"run\": [\"x\"]}]}"),
      ElementsAre("policy.json:1:21: warning: unknown person 'alise'; did you mean \"alice\"?",
                  "policy.json:1:30: a group holds people, not groups",
                  "policy.json:1:43: a member is a number, not a person's name",
                  "policy.json:1:47: 'Bad' is no group's name; a small letter, then up to 31 small "
                  "letters, digits, dots, _ and -",
                  "policy.json:2:33: warning: unknown person 'bbo'; did you mean \"bob\"?",
                  "policy.json:2:40: unknown group 'opps'; did you mean \"ops\"?",
                  "policy.json:2:54: unknown person 'ops'; the group of this name is written "
                  "\"group:ops\""));
}

TEST(Policy, AnUnknownAppIsAWarning) {
  EXPECT_THAT(
      ProblemsOf(R"({"rules": [{"name": "r", "who": ["bob"], "apps": ["shpo"], "run": ["x"]}]})"),
      ElementsAre("policy.json:1:51: warning: there is no app 'shpo'; did you mean \"shop\"?"));
}

TEST(Policy, EveryMistakeInARuleIsReported) {
  EXPECT_THAT(
      ProblemsOf(
          "{\"rules\": [\n{\"name\": \"a\", \"efect\": \"deny\"},\n"
          "{\"name\": \"a\", \"effect\": \"denny\", \"who\": [], \"apps\": [], \"run\": [], "
          "\"releases\": []},\n"
          "{\"name\": \"b\", \"who\": [\"bob\"], \"apps\": [\"Shop\"], \"run\": [\"... x\"], "
          "\"releases\": [\"a/b\"]}]}"),
      ElementsAre(
          "policy.json:2:1: \"who\" is missing", "policy.json:2:1: \"apps\" is missing",
          "policy.json:2:1: \"run\" is missing",
          "policy.json:2:15: unknown key \"efect\"; did you mean \"effect\"?",
          "policy.json:3:10: \"name\" 'a' is another rule's name too",
          "policy.json:3:25: \"effect\" is 'denny', not one of: allow, deny",
          "policy.json:3:41: \"who\" is empty: it is about no person",
          "policy.json:3:53: \"apps\" is empty: it is about no app",
          "policy.json:3:80: \"releases\" is empty: the rule is about no release",
          "policy.json:3:64: \"run\" is empty: the rule is about no command",
          "policy.json:4:40: 'Shop' is no app's name",
          "policy.json:4:80: 'a/b' is no release's name; an id, or current, previous, latest",
          "policy.json:4:57: the pattern has \"...\" before its end; it stands last"));
}

TEST(Policy, ShellIsOnlyLegalBesideEverything) {
  const auto rule = [](const std::string& rest) {
    return R"({"rules": [{"name": "r", "who": ["bob"], "apps": ["shop"], )" + rest + "}]}";
  };
  const std::string message =
      "\"shell\" is only legal beside \"run\": [\"...\"]; a person with a shell may run everything";
  EXPECT_THAT(ProblemsOf(rule(R"("run": ["rake x"], "shell": true)")),
              ElementsAre("policy.json:1:88: " + message));
  EXPECT_THAT(ProblemsOf(rule(R"("run": ["...", "rake x"], "shell": true)")),
              ElementsAre("policy.json:1:95: " + message));
  EXPECT_THAT(
      ProblemsOf(rule(R"("run": ["..."], "effect": "deny", "shell": true)")),
      ElementsAre("policy.json:1:103: \"shell\" stands in a rule that denies; only one that allows "
                  "can grant it"));
  EXPECT_THAT(ProblemsOf(rule(R"("run": ["..."], "shell": true)")), IsEmpty());
}

TEST(Policy, WhatIsNeverTakenFromAClientCannotBeAccepted) {
  EXPECT_THAT(
      ProblemsOf(
          "{\"rules\": [{\"name\": \"r\", \"who\": [\"bob\"], \"apps\": [\"shop\"], \"run\": "
          "[\"x\"],\n\"accept_env\": [\"LD_PRELOAD\", \"RUBYOPT\", \"LC_*\", \"VERBOSE\"]}]}"),
      ElementsAre("policy.json:2:16: 'LD_PRELOAD' is never taken from a client; it decides: where "
                  "programs and libraries are found, and what is loaded into them",
                  "policy.json:2:30: 'RUBYOPT' is never taken from a client; it decides: Ruby: its "
                  "options, its libraries, its task runners",
                  "policy.json:2:41: 'LC_*' is no variable's name; names are exact, without *"));
}

TEST(Policy, WhatThisVersionDoesNotActOnIsRefused) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"bob\"], \"apps\": [\"shop\"], "
                         "\"run\": [\"x\"],\n\"reason\": \"required\", \"shell\": false}]}"),
              ElementsAre("policy.json:2:11: \"reason\" is not acted on by this version"));
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

TEST(Policy, WhatIsNoAccountAndNoPersonIsRefusedByUnixUsers) {
  EXPECT_THAT(
      ProblemsOf("{\"unix_users\": {\"de ploy\": \"ci\",\n\"a:b\": \"ci\",\n\"cron\": [\"ci\"],\n"
                 "\"deploy\": \"group:ops\",\n\"\": \"cert:ci\"}, \"rules\": []}"),
      ElementsAre("policy.json:1:17: 'de ploy' is no UNIX account's name",
                  "policy.json:2:1: 'a:b' is no UNIX account's name",
                  "policy.json:3:9: the account cron stands for a list, not for one person's name",
                  "policy.json:4:11: 'group:ops' is no person's name; a small letter, then up to "
                  "31 small letters, digits, dots, _ and -",
                  "policy.json:5:1: '' is no UNIX account's name"));
  EXPECT_THAT(ProblemsOf("{\"unix_users\": [\"deploy\"], \"rules\": []}"),
              ElementsAre("policy.json:1:16: \"unix_users\" is a list, not an object"));
}

TEST(Policy, AnAccountThatRunsAnAppIsWrittenOut) {
  const Policy policy = Parse(
      R"({"unix_users": {"deploy": {"person": "ci", "apps_user": true}, "cron": {"person": "ci"}},
          "rules": []})");
  ASSERT_NE(policy.UnixUserOf("deploy"), nullptr);
  EXPECT_EQ(policy.UnixUserOf("deploy")->person, "ci");
  EXPECT_TRUE(policy.UnixUserOf("deploy")->apps_user);
  ASSERT_NE(policy.UnixUserOf("cron"), nullptr);
  EXPECT_FALSE(policy.UnixUserOf("cron")->apps_user);
  EXPECT_THAT(ProblemsOf("{\"unix_users\": {\"deploy\": {\"apps_user\": true}},\n\"rules\": []}"),
              ElementsAre(::testing::HasSubstr("\"person\"")));
  EXPECT_THAT(
      ProblemsOf("{\"unix_users\": {\"deploy\": {\"person\": \"ci\",\n\"app_user\": true}}, "
                 "\"rules\": []}"),
      ElementsAre(::testing::HasSubstr("app_user")));
}

TEST(Policy, AnAccountIsWrittenOnce) {
  EXPECT_THAT(
      ProblemsOf("{\"unix_users\": {\"deploy\": \"ci\",\n\"deploy\": \"alice\"}, \"rules\": []}"),
      ElementsAre(::testing::HasSubstr("policy.json:2:1: ")));
}

TEST(Policy, AUnixUserWhomNothingNamesIsAWarning) {
  EXPECT_THAT(
      ProblemsOf("{\"unix_users\": {\"deploy\": \"alicf\",\n\"cron\": \"nightly\", "
                 "\"root\": \"alice\"}, \"rules\": []}"),
      ElementsAre(
          "policy.json:1:27: warning: no file, no group and no rule names the person alicf; did "
          "you "
          "mean \"alice\"?",
          "policy.json:2:9: warning: no file, no group and no rule names the person nightly; only "
          "rules with who \"*\" are about this person"));
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

TEST(Policy, ARuleThatDeniesAsksForNoPrivateRun) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"effect\": \"deny\", \"who\": [\"bob\"], "
                         "\"apps\": [\"shop\"], \"run\": [\"x\"],\n\"private\": true}]}"),
              ElementsAre("policy.json:2:12: \"private\" stands in a rule that denies, where it "
                          "means nothing"));
}

TEST(Policy, WhatIsRecordedIsForRulesThatAllow) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"effect\": \"deny\", \"who\": [\"bob\"], "
                         "\"apps\": [\"shop\"], \"run\": [\"x\"],\n\"record\": {\"kept\": 1}, "
                         "\"unrecorded\": \"yes\"}]}"),
              testing::SizeIs(4));
}

TEST(Policy, ThatFailsItsOwnTestsIsRefused) {
  const auto with = [](const std::string& tests) {
    return "{\"rules\": [{\"name\": \"r\", \"who\": [\"ci\"], \"apps\": [\"shop\"], \"releases\": "
           "[\"current\"],\n\"run\": [\"rake db:migrate ...\"], \"accept_env\": [\"V\"]}],\n"
           "\"tests\": [" +
           tests + "]}";
  };
  EXPECT_THAT(
      ProblemsOf(with(
          R"({"who": "ci", "app": "shop", "run": "rake db:migrate db:drop", "expect": "deny"})")),
      ElementsAre("policy.json:3:11: the test fails: ci running 'rake db:migrate db:drop' in "
                  "shop+current is to be denied, but the rule 'r' allows it"));
  EXPECT_THAT(
      ProblemsOf(with(
          R"({"who": "ci", "app": "shop", "release": "v1", "run": "rake db:migrate", "expect": "allow"})")),
      ElementsAre("policy.json:3:11: the test fails: ci running 'rake db:migrate' in shop+v1 is to "
                  "be allowed, but no rule allows it"));
  EXPECT_THAT(ProblemsOf(with(
                  R"({"who": "ci", "app": "shop", "run": "V=1 rake db:migrate", "expect": "allow"},
             {"who": "ci", "app": "shop", "run": "W=1 rake db:migrate", "expect": "deny"},
             {"who": "bob", "app": "shop", "run": "rake db:migrate", "expect": "deny"})")),
              IsEmpty());
}

TEST(Policy, ATestThatPassedUnderTheFormerMatchingSaysSo) {
  EXPECT_THAT(
      ProblemsOf(
          "{\"rules\": [{\"name\": \"r\", \"who\": [\"ci\"], \"apps\": [\"shop\"], \"run\": "
          "[\"tee tmp/* x\"]}],\n\"tests\": [{\"who\": \"ci\", \"app\": \"shop\", \"run\": \"tee "
          "tmp/a/b x\", \"expect\": \"allow\"}]}"),
      ElementsAre(
          "policy.json:2:11: the test fails: ci running 'tee tmp/a/b x' in shop+current is to "
          "be allowed, but no rule allows it; before wildcards were held to folders, the rule "
          "'r' allowed it"));
}

TEST(Policy, AFileReadingProgramWithAFreeWildcardIsAWarning) {
  EXPECT_THAT(
      ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"ci\"], \"apps\": [\"shop\"],\n"
                 "\"run\": [\"cat log/*\", \"cat *\"]}]}"),
      ElementsAre("policy.json:2:22: warning: \"cat *\" reads files beside the app's code, its "
                  "secrets too: hold it to a folder, as in \"cat log/*\""));
}

TEST(Policy, ATestThatCannotBeRunIsRefused) {
  EXPECT_THAT(
      ProblemsOf(
          "{\"rules\": [],\n\"tests\": [\n{\"who\": \"ci\", \"app\": \"shop\", \"run\": \"a | "
          "b\", \"expect\": \"deny\"},\n{\"who\": \"cy\", \"app\": \"shop\", \"run\": \"a\", "
          "\"expect\": \"deny\"},\n{\"who\": \"ci\", \"app\": \"shop\", \"run\": \"A=b\", "
          "\"expect\": \"no\"}]}"),
      ElementsAre("policy.json:3:1: the test's \"run\" holds '|'; a test takes plain words",
                  "policy.json:4:9: unknown person 'cy'; did you mean \"ci\"?",
                  "policy.json:5:54: \"expect\" is 'no', not one of: allow, deny"));
}

TEST(Policy, ThatIsNoJsonIsRefused) {
  EXPECT_THAT(ProblemsOf(""), ElementsAre("policy.json:1:1: not JSON: unexpected end of input; "
                                          "expected '[', '{', or a literal"));
  EXPECT_THAT(ProblemsOf("{}"), ElementsAre("policy.json:1:1: \"rules\" is missing"));
  EXPECT_THAT(ProblemsOf("[]"), ElementsAre("policy.json:1:1: is a list, not an object {...}"));
}

TEST(Policy, TheShippedExampleIsInOrder) {
  std::ostringstream text;
  text << std::ifstream(ONEOFF_SOURCE_DIR "/config/policy.json").rdbuf();
  EXPECT_THAT(ProblemsOf(text.str()), IsEmpty());
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

TEST(Policy, NoRuleAndNoGroupNamesACertificatesHolder) {
  EXPECT_THAT(ProblemsOf(R"({"groups": {"ops": ["cert:x"]}, "rules": []})"),
              ElementsAre("policy.json:1:21: 'cert:x' is no person of a file; a person named "
                          "only by a certificate is in the groups that its principals name"));
  EXPECT_THAT(ProblemsOf(R"({"rules": [
{"name": "r", "who": ["cert:x"], "apps": ["shop"], "run": ["x"]}]})"),
              ElementsAre("policy.json:2:23: 'cert:x' is no person of a file; a person named "
                          "only by a certificate is in the groups that its principals name"));
}

TEST(Policy, ATestMayBeOfACertificatesHolder) {
  const auto problems = [](const std::string& test) {
    return ProblemsOf(R"({"groups": {"dev": []}, "rules": [
{"name": "r", "who": ["group:dev"], "apps": ["shop"], "run": ["x"]}], "tests": [
)" + test + "]}");
  };
  EXPECT_THAT(problems(R"({"who": "cert:any", "groups": ["dev"], "app": "shop", "run": "x",
                           "expect": "allow"})"),
              IsEmpty());
  EXPECT_THAT(
      problems(R"({"who": "cert:any", "groups": ["dev"], "app": "shop", "run": "y",
                           "expect": "allow"})"),
      ElementsAre("policy.json:3:1: the test fails: cert:any running 'y' in shop+current is "
                  "to be allowed, but no rule allows it"));
  EXPECT_THAT(problems(R"({"who": "cert:any", "app": "shop", "run": "x", "expect": "deny"})"),
              ElementsAre("policy.json:3:9: a test of a certificate's holder names its \"groups\"; "
                          "\"who\": \"cert:ANYBODY\", \"groups\": [\"GROUP\"]"));
  EXPECT_THAT(problems(R"({"who": "bob", "groups": ["dev"], "app": "shop", "run": "x",
                           "expect": "allow"})")
                  .at(0),
              "policy.json:3:9: only a certificate puts a test's person in \"groups\"; \"who\": "
              "\"cert:ANYBODY\", \"groups\": [\"GROUP\"]");
  EXPECT_THAT(problems(R"({"who": "cert:any", "groups": ["devs"], "app": "shop", "run": "x",
                           "expect": "deny"})"),
              ElementsAre("policy.json:3:32: unknown group 'devs'; did you mean \"dev\"?"));
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
