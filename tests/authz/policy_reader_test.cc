// What is wrong in policy.json is told with its place.
#include "authz/policy_reader.h"

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
using ::testing::IsEmpty;

TEST(PolicyReader, AnUnknownPersonIsAnErrorOnlyWhereSomethingIsDenied) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"bbo\"], \"apps\": [\"shop\"], "
                         "\"run\": [\"x\"], \"effect\": \"deny\"}]}"),
              ElementsAre("policy.json:1:34: unknown person 'bbo'; did you mean \"bob\"?"));
  EXPECT_THAT(
      ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"bbo\"], \"apps\": [\"shop\"], "
                 "\"run\": [\"x\"]}]}"),
      ElementsAre("policy.json:1:34: warning: unknown person 'bbo'; did you mean \"bob\"?"));
}

TEST(PolicyReader, UnknownNamesAreToldWithTheNearest) {
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

TEST(PolicyReader, AnUnknownAppIsAWarning) {
  EXPECT_THAT(
      ProblemsOf(R"({"rules": [{"name": "r", "who": ["bob"], "apps": ["shpo"], "run": ["x"]}]})"),
      ElementsAre("policy.json:1:51: warning: there is no app 'shpo'; did you mean \"shop\"?"));
}

TEST(PolicyReader, EveryMistakeInARuleIsReported) {
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

TEST(PolicyReader, ShellIsOnlyLegalBesideEverything) {
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

TEST(PolicyReader, WhatIsNeverTakenFromAClientCannotBeAccepted) {
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

TEST(PolicyReader, AnEditorIsAcceptedByItsValue) {
  EXPECT_THAT(
      ProblemsOf(
          "{\"rules\": [{\"name\": \"r\", \"who\": [\"bob\"], \"apps\": [\"shop\"], \"run\": "
          "[\"x\"],\n\"accept_env\": [\"EDITOR\", \"EDITOR=rnano\", \"VISUAL=vim\", "
          "\"PATH=/bin\", \"GIT_EDITOR=rvim\", \"=x\"]}]}"),
      ElementsAre(
          "policy.json:2:16: 'EDITOR' is taken from a client only with values that the rule "
          "names; for each program: \"EDITOR=PROGRAM\"",
          "policy.json:2:42: warning: \"VISUAL=vim\" runs any code: its user can start a "
          "shell from it; rnano opens only the files that the command names",
          "policy.json:2:56: 'PATH' is never taken from a client; it decides: where programs "
          "and libraries are found, and what is loaded into them",
          "policy.json:2:69: 'GIT_EDITOR' is never taken from a client; it decides: a "
          "program that another program starts, or what an editor or pager runs at its start",
          "policy.json:2:88: '' is no variable's name; names are exact, without *"));
  EXPECT_THAT(
      ProblemsOf(
          "{\"rules\": [{\"name\": \"r\", \"who\": [\"bob\"], \"apps\": [\"shop\"], \"run\": "
          "[\"x\"],\n\"accept_env\": [\"EDITOR=rvim\"]}]}"),
      ElementsAre(
          "policy.json:2:16: warning: \"EDITOR=rvim\" lets a person read and write any file "
          "of the app's user; rnano opens only the files that the command names"));
}

TEST(PolicyReader, WhatThisVersionDoesNotActOnIsRefused) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"bob\"], \"apps\": [\"shop\"], "
                         "\"run\": [\"x\"],\n\"reason\": \"required\", \"shell\": false}]}"),
              ElementsAre("policy.json:2:11: \"reason\" is not acted on by this version"));
}

TEST(PolicyReader, WhatIsNoAccountAndNoPersonIsRefusedByUnixUsers) {
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

TEST(PolicyReader, AnAccountThatRunsAnAppIsWrittenOut) {
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

TEST(PolicyReader, AnAccountIsWrittenOnce) {
  EXPECT_THAT(
      ProblemsOf("{\"unix_users\": {\"deploy\": \"ci\",\n\"deploy\": \"alice\"}, \"rules\": []}"),
      ElementsAre(::testing::HasSubstr("policy.json:2:1: ")));
}

TEST(PolicyReader, AUnixUserWhomNothingNamesIsAWarning) {
  EXPECT_THAT(
      ProblemsOf(
          "{\"unix_users\": {\"deploy\": \"alicf\",\n\"cron\": \"nightly\", "
          "\"root\": \"alice\", \"r\": \"reviewer\", \"w\": \"watcher\"}, \"rules\": [],\n"
          "\"reviewers\": [{\"name\": \"r\", \"who\": [\"reviewer\"], \"apps\": [\"shop\"]}],\n"
          "\"watchers\": [{\"name\": \"w\", \"who\": [\"watcher\"], \"apps\": [\"shop\"]}]}"),
      ElementsAre(
          "policy.json:1:27: warning: no file, no group and no rule names the person alicf; did "
          "you "
          "mean \"alice\"?",
          "policy.json:2:9: warning: no file, no group and no rule names the person nightly; only "
          "rules with who \"*\" are about this person"));
}

TEST(PolicyReader, ARuleThatDeniesAsksForNoPrivateRun) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"effect\": \"deny\", \"who\": [\"bob\"], "
                         "\"apps\": [\"shop\"], \"run\": [\"x\"],\n\"private\": true}]}"),
              ElementsAre("policy.json:2:12: \"private\" stands in a rule that denies, where it "
                          "means nothing"));
}

TEST(PolicyReader, WhatIsRecordedIsForRulesThatAllow) {
  EXPECT_THAT(ProblemsOf("{\"rules\": [{\"name\": \"r\", \"effect\": \"deny\", \"who\": [\"bob\"], "
                         "\"apps\": [\"shop\"], \"run\": [\"x\"],\n\"record\": {\"kept\": 1}, "
                         "\"unrecorded\": \"yes\"}]}"),
              testing::SizeIs(4));
}

TEST(PolicyReader, ThatFailsItsOwnTestsIsRefused) {
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

TEST(PolicyReader, ATestThatPassedUnderTheFormerMatchingSaysSo) {
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

TEST(PolicyReader, AFileReadingProgramWithAFreeWildcardIsAWarning) {
  EXPECT_THAT(
      ProblemsOf("{\"rules\": [{\"name\": \"r\", \"who\": [\"ci\"], \"apps\": [\"shop\"],\n"
                 "\"run\": [\"cat log/*\", \"cat *\"]}]}"),
      ElementsAre("policy.json:2:22: warning: \"cat *\" reads files beside the app's code, its "
                  "secrets too: hold it to a folder, as in \"cat log/*\""));
}

TEST(PolicyReader, ATestThatCannotBeRunIsRefused) {
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

TEST(PolicyReader, ThatIsNoJsonIsRefused) {
  EXPECT_THAT(ProblemsOf(""), ElementsAre("policy.json:1:1: not JSON: unexpected end of input; "
                                          "expected '[', '{', or a literal"));
  EXPECT_THAT(ProblemsOf("{}"), ElementsAre("policy.json:1:1: \"rules\" is missing"));
  EXPECT_THAT(ProblemsOf("[]"), ElementsAre("policy.json:1:1: is a list, not an object {...}"));
}

TEST(PolicyReader, TheShippedExampleIsInOrder) {
  std::ostringstream text;
  text << std::ifstream(ONEOFF_SOURCE_DIR "/config/policy.json").rdbuf();
  EXPECT_THAT(ProblemsOf(text.str()), IsEmpty());
}

TEST(PolicyReader, NoRuleAndNoGroupNamesACertificatesHolder) {
  EXPECT_THAT(ProblemsOf(R"({"groups": {"ops": ["cert:x"]}, "rules": []})"),
              ElementsAre("policy.json:1:21: 'cert:x' is no person of a file; a person named "
                          "only by a certificate is in the groups that its principals name"));
  EXPECT_THAT(ProblemsOf(R"({"rules": [
{"name": "r", "who": ["cert:x"], "apps": ["shop"], "run": ["x"]}]})"),
              ElementsAre("policy.json:2:23: 'cert:x' is no person of a file; a person named "
                          "only by a certificate is in the groups that its principals name"));
}

TEST(PolicyReader, ATestMayBeOfACertificatesHolder) {
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

}  // namespace
}  // namespace authz
