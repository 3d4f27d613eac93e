#include "release/app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace release {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::optional<App> Parse(const std::string& text) {
  config::Problems problems;
  return ParseApp("shop", "etc/apps/shop.json", text, problems);
}

std::vector<std::string> ProblemsOf(const std::string& text, std::string_view name = "shop") {
  config::Problems problems;
  EXPECT_FALSE(ParseApp(name, "a.json", text, problems));
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

TEST(App, ARootIsACompleteOne) {
  const auto app = Parse(R"({"root": "/srv/shop/"})");
  ASSERT_TRUE(app);
  EXPECT_EQ(app->name, "shop");
  EXPECT_EQ(app->root, "/srv/shop");
  EXPECT_EQ(app->layout, LayoutKind::kAuto);
  EXPECT_EQ(app->user, "");
  ASSERT_EQ(app->config.size(), 2U);
  EXPECT_EQ(app->config[0].path, "shared/.env");
  EXPECT_TRUE(app->config[0].optional);
  EXPECT_EQ(app->config[1].path, kCheckoutEnv);
  EXPECT_TRUE(app->isolation.automatic);
  EXPECT_EQ(app->limits.runs, 10);
  EXPECT_EQ(app->limits.time, hours(8));
  EXPECT_EQ(app->limits.idle, milliseconds(0));
  EXPECT_FALSE(app->limits.open_files);
  EXPECT_FALSE(app->umask);
  EXPECT_FALSE(app->private_runs);
}

TEST(App, IsReadInFull) {
  const auto app = Parse(R"({
    "root": "/srv/shop", "layout": "capistrano", "user": "deploy",
    "config": [{"file": "/etc/shop.env", "dialect": "systemd"},
               {"file": "x", "dialect": "dotenv", "optional": true}],
    "env": {"RAILS_ENV": "production", "EMPTY": ""},
    "path": ["~/.rbenv/shims", "/opt/bin"],
    "commands": {"console": {"run": "bundle exec rails console", "pty": true},
                 "rake db:migrate": {"time_limit": "2h"}},
    "default_command": "console",
    "isolation": "bundler",
    "limits": {"runs": 3, "time": "30m", "idle": "5m", "open_files": 1024},
    "umask": "0002", "private": true})");
  ASSERT_TRUE(app);
  EXPECT_EQ(app->layout, LayoutKind::kCapistrano);
  EXPECT_EQ(app->user, "deploy");
  ASSERT_EQ(app->config.size(), 2U);
  EXPECT_FALSE(app->config[0].optional);
  EXPECT_EQ(app->config[0].dialect, Dialect::kSystemd);
  EXPECT_EQ(app->config[1].dialect, Dialect::kDotenv);
  EXPECT_TRUE(app->config[1].optional);
  EXPECT_THAT(app->env, ElementsAre(std::pair("RAILS_ENV", "production"), std::pair("EMPTY", "")));
  EXPECT_THAT(app->path, ElementsAre("~/.rbenv/shims", "/opt/bin"));
  ASSERT_EQ(app->commands.size(), 2U);
  EXPECT_EQ(app->commands[0].pattern.text(), "console");
  EXPECT_EQ(app->commands[0].run, "bundle exec rails console");
  EXPECT_TRUE(app->commands[0].pty);
  EXPECT_EQ(app->commands[1].pattern.text(), "rake db:migrate");
  EXPECT_EQ(app->commands[1].time_limit, hours(2));
  EXPECT_EQ(app->default_command, "console");
  EXPECT_FALSE(app->isolation.automatic);
  EXPECT_THAT(app->isolation.kinds, ElementsAre(IsolationKind::kBundler));
  EXPECT_EQ(app->limits.runs, 3);
  EXPECT_EQ(app->limits.time, minutes(30));
  EXPECT_EQ(app->limits.idle, minutes(5));
  EXPECT_EQ(app->limits.open_files, 1024);
  EXPECT_EQ(app->umask, 0002U);
  EXPECT_TRUE(app->private_runs);
}

TEST(App, IsolationIsAutoNoneAKindOrAList) {
  const auto none = Parse(R"({"root": "/x", "isolation": "none"})");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->isolation.automatic);
  EXPECT_THAT(none->isolation.kinds, IsEmpty());
  const auto list = Parse(R"({"root": "/x", "isolation": ["virtualenv", "node"]})");
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->isolation.automatic);
  EXPECT_THAT(list->isolation.kinds, ElementsAre(IsolationKind::kVirtualenv, IsolationKind::kNode));
  EXPECT_THAT(ProblemsOf(R"({"root": "/x", "isolation": "gems"})"),
              ElementsAre("a.json:1:29: \"isolation\" is 'gems', not one of: auto, none, bundler, "
                          "virtualenv, node, composer, carton, versions"));
  EXPECT_THAT(ProblemsOf(R"({"root": "/x", "isolation": ["auto"]})"),
              ElementsAre("a.json:1:29: \"isolation\" holds 'auto'; a list may hold: bundler, "
                          "virtualenv, node, composer, carton, versions"));
}

TEST(App, AnEmptyConfigListMeansNoFiles) {
  EXPECT_THAT(Parse(R"({"root": "/x", "config": []})")->config, IsEmpty());
}

TEST(App, TheDefaultSourcesFollowTheFrameworkUnlessADialectIsNamed) {
  const auto app = Parse(R"({"root": "/x"})");
  EXPECT_TRUE(app->config[0].of_framework && app->config[1].of_framework);
  EXPECT_TRUE(app->config_is_default);
  const auto named = Parse(R"({"root": "/x", "dialect": "phpdotenv"})");
  EXPECT_FALSE(named->config[0].of_framework);
  EXPECT_EQ(named->config[1].dialect, Dialect::kPhpDotenv);
  EXPECT_THAT(ProblemsOf(R"({"root": "/x", "dialect": "dotenv", "config": []})"),
              ElementsAre("a.json:1:27: \"dialect\" is for the default sources; \"config\" names "
                          "each file's own"));
  EXPECT_FALSE(Parse(R"({"root": "/x", "config": []})")->config_is_default);
}

TEST(App, ShellFolderAndHangupSignal) {
  const auto app = Parse(
      R"({"root": "/x", "shell": "/bin/zsh", "folder": "apps/backend", "hangup_signal": "TERM"})");
  ASSERT_TRUE(app);
  EXPECT_EQ(app->shell, "/bin/zsh");
  EXPECT_EQ(app->folder, "apps/backend");
  EXPECT_EQ(app->hangup_signal, SIGTERM);
  EXPECT_EQ(Parse(R"({"root": "/x"})")->hangup_signal, SIGHUP);
  EXPECT_THAT(ProblemsOf(R"({"root": "/x",
"shell": "zsh",
"hangup_signal": "KILL"})"),
              ElementsAre("a.json:2:10: \"shell\" is not an absolute path",
                          "a.json:3:18: \"hangup_signal\" is 'KILL', not one of: HUP, TERM, INT"));
  for (const char* folder : {"/a", "a/", "a//b", "../a", "a/..", "."}) {
    EXPECT_THAT(ProblemsOf(std::string(R"({"root": "/x", "folder": ")") + folder + "\"}"),
                ElementsAre("a.json:1:26: \"folder\" is not a plain relative path such as "
                            "\"backend\""))
        << folder;
  }
}

TEST(App, ASourceIsAFileAnEnvdirOrAUnit) {
  const auto app = Parse(R"({"root": "/x", "config": [
    {"file": "a", "dialect": "python-dotenv"}, {"envdir": "/etc/shop/env/", "optional": true},
    {"unit": "shop-web.service"}]})");
  ASSERT_TRUE(app);
  ASSERT_EQ(app->config.size(), 3U);
  EXPECT_EQ(app->config[0].kind, SourceKind::kFile);
  EXPECT_EQ(app->config[0].dialect, Dialect::kPythonDotenv);
  EXPECT_EQ(app->config[1].kind, SourceKind::kFolder);
  EXPECT_EQ(app->config[1].path, "/etc/shop/env");
  EXPECT_TRUE(app->config[1].optional);
  EXPECT_EQ(app->config[2].kind, SourceKind::kUnit);
  EXPECT_EQ(app->config[2].path, "shop-web.service");
}

TEST(App, ASourceIsOneOfTheThreeInFull) {
  EXPECT_THAT(
      ProblemsOf(R"({"root": "/x", "config": [
{"file": "a"},
{"file": "a", "dialect": "envdir"},
{"file": "a", "dialect": "docker", "envdir": "b"},
{"envdir": "b", "dialect": "docker"},
{"unit": "shop-web"},
{"unit": "shop-web.service", "optional": true},
{}]})"),
      ElementsAre(
          "a.json:2:1: \"dialect\" is missing",
          "a.json:3:26: \"dialect\" is 'envdir', not one of: dotenv, dotenv-js, python-dotenv, "
          "foreman, docker, systemd, phpdotenv",
          "a.json:4:1: is more than one source; it has one of: file, envdir, unit",
          "a.json:5:17: unknown key \"dialect\"",
          "a.json:6:10: \"unit\" is no service's name in full, such as \"shop-web.service\"",
          "a.json:7:30: unknown key \"optional\"", "a.json:8:1: \"file\" is missing",
          "a.json:8:1: \"dialect\" is missing"));
}

TEST(App, WhatNoCommandCanBeExecutedWithIsRefused) {
  const std::string value(kMaxExecString - std::string_view("LONG=").size(), 'x');
  EXPECT_TRUE(Parse(R"({"root": "/x", "env": {"LONG": ")" + value + "\"}}"));
  EXPECT_THAT(ProblemsOf(R"({"root": "/x", "env": {"LONG": "x)" + value + "\"}}"),
              ElementsAre("a.json:1:32: \"LONG\": NAME=value is longer than 131071 bytes"));
}

TEST(App, WhatIsNotActedOnYetIsRefused) {
  EXPECT_THAT(ProblemsOf(R"({"root": "/x",
"commands": {"rake x": {"exclusive": "schema"}, "rake db:*": {"time_limit": "1h"}},
"limits": {"memory": "2G", "processes": 5}})"),
              ElementsAre("a.json:2:38: \"exclusive\" is not acted on by this version",
                          "a.json:3:22: \"memory\" is not acted on by this version",
                          "a.json:3:41: \"processes\" is not acted on by this version"));
}

TEST(App, WhatFollowsWhenAClientHasGoneIsReadOfTheAppAndOfACommand) {
  config::Problems problems;
  const auto app = ParseApp("a", "a.json", R"({"root": "/x",
"on_disconnect": {"left": "continue"},
"commands": {"rake x": {"on_disconnect": {"lost": "keep 15m"}}}})",
                            problems);
  ASSERT_TRUE(app);
  using Action = config::Disconnect::Action;
  EXPECT_EQ(app->on_disconnect.left->action, Action::kContinue);
  EXPECT_FALSE(app->on_disconnect.lost);
  EXPECT_EQ(app->commands[0].on_disconnect.lost->keep, std::chrono::minutes(15));
  EXPECT_THAT(
      ProblemsOf(R"({"root": "/x", "on_disconnect": {"left": "go", "gone": "hangup"}})"),
      ElementsAre("a.json:1:42: \"left\" is 'go'; write \"hangup\", \"continue\", or \"keep 15m\" "
                  "with 1s to 30d",
                  "a.json:1:48: unknown key \"gone\""));
}

TEST(App, EveryMistakeIsToldAtOnce) {
  EXPECT_THAT(
      ProblemsOf(R"({
"root": "srv/shop",
"user": 5,
"umask": "0999",
"env": {"1A": "x", "B": 1, "ONEOFF_RUN": "x"},
"path": ["bin"],
"commands": {"console": {"runs": "x"}, "rake x": {"run": "y"}, "c*": {"run": "z"}, "-...": {}},
"default_command": "it's",
"limts": {}})"),
      ElementsAre(
          "a.json:2:9: \"root\" is not an absolute path",
          "a.json:3:9: \"user\" is a number, not a string",
          "a.json:4:10: \"umask\" is not between \"0000\" and \"0777\"",
          "a.json:5:9: \"1A\" cannot be set here: a variable is letters, digits and '_', and none "
          "of oneoff's own ONEOFF_*",
          "a.json:5:25: \"B\" is a number, not a string",
          "a.json:5:28: \"ONEOFF_RUN\" cannot be set here: a variable is letters, digits and '_', "
          "and none of oneoff's own ONEOFF_*",
          "a.json:6:9: \"path\" holds a folder that begins neither with / nor with ~/, or holds a "
          "':'",
          "a.json:8:20: \"default_command\" cannot be split: the single quote that opens at column "
          "3 is not closed",
          "a.json:7:26: unknown key \"runs\"; did you mean \"run\"?",
          "a.json:7:58: \"run\" is for a name, which is one word without a *",
          "a.json:7:78: \"run\" is for a name, which is one word without a *",
          "a.json:7:84: the pattern '-...' begins with \"-...\"; everything is \"...\"",
          "a.json:9:1: unknown key \"limts\"; did you mean \"limits\"?"));
}

TEST(App, ItsFileNeedsAnAppsName) {
  EXPECT_THAT(ProblemsOf(R"({"root": "/x"})", "Shop"),
              ElementsAre("a.json: the file's name is no app's: a small letter, then at most 31 "
                          "small letters, digits and '-'; not oneoff"));
  EXPECT_EQ(ProblemsOf(R"({"root": "/x"})", "oneoff").size(), 1U);
}

TEST(App, OtherFilesProblemsDoNotSpoilIt) {
  config::Problems problems;
  config::Add(problems, config::ProblemOf("other.json", 1, "is bad"));
  EXPECT_TRUE(ParseApp("shop", "a.json", R"({"root": "/x"})", problems));
}

TEST(App, JunkIsRefused) {
  for (const char* text :
       {"", "[]", "{", "null", "{\"root\": \"/x\",}", "\xff", "{\"root\": []}",
        "{\"root\": \"/x\", \"commands\": {\"\": {}}}",
        "{\"root\": \"/x\", \"commands\": {\"a\": 1}}", "{\"root\": \"/x\", \"config\": [1]}"}) {
    config::Problems problems;
    EXPECT_FALSE(ParseApp("shop", "a.json", text, problems)) << text;
    EXPECT_TRUE(config::HasErrors(problems)) << text;
  }
}

TEST(App, ThatLiesInItsCheckoutNamesNoRoot) {
  config::Problems problems;
  const auto app = ParseApp("shop", "/home/x/shop/oneoff.json", "{}", problems, "/home/x/shop");
  ASSERT_TRUE(app);
  EXPECT_EQ(app->root, "/home/x/shop");
  EXPECT_FALSE(ParseApp("shop", "oneoff.json", R"({"root": "/srv/shop"})", problems, "/home/x"));
  ASSERT_FALSE(problems.empty());
  EXPECT_THAT(problems[0].Summary(), testing::HasSubstr("is where this file lies"));
}

}  // namespace
}  // namespace release
