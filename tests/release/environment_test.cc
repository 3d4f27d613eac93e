#include "release/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace release {
namespace {

using ::testing::ElementsAre;

class ShopEnvironment : public ::testing::Test {
 protected:
  ShopEnvironment() {
    unsetenv("TZ");
    app.name = "shop";
    app.file = "etc/apps/shop.json";
    account.name = "deploy";
    account.home = "/home/deploy";
    account.shell = "/bin/bash";
    snapshot.release = "v42";
  }

  Outcome<Variables> Build(std::vector<std::string> accepted = {},
                           std::string run = "7k2m9xqd") const {
    return BuildEnvironment({app, account, snapshot, client, std::move(accepted), std::move(run)});
  }
  std::vector<std::string> Lines(const std::vector<std::string>& accepted = {}) const {
    const auto environment = Build(accepted);
    if (!environment) return {environment.error().message};
    std::vector<std::string> lines;
    for (const Variable& v : environment->all()) {
      lines.push_back(v.name + "=" + v.value + " (" + v.source + ")");
    }
    return lines;
  }
  std::string ValueOf(std::string_view name, const std::vector<std::string>& accepted = {}) const {
    const auto environment = Build(accepted);
    const Variable* variable = environment->Find(name);
    return variable == nullptr ? "(unset)" : variable->value;
  }

  App app;
  Account account;
  ReleaseSnapshot snapshot;
  ClientVariables client;
};

TEST_F(ShopEnvironment, IsCleanOfEverythingElse) {
  setenv("LEAK", "x", 1);
  EXPECT_THAT(
      Lines(),
      ElementsAre("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin (base)",
                  "HOME=/home/deploy (base)", "USER=deploy (base)", "LOGNAME=deploy (base)",
                  "SHELL=/bin/bash (base)", "LANG=C.UTF-8 (base)", "ONEOFF_APP=shop (oneoff)",
                  "ONEOFF_RELEASE=v42 (oneoff)", "ONEOFF_RUN=7k2m9xqd (oneoff)"));
}

TEST_F(ShopEnvironment, TheHostsTimeZoneIsKept) {
  setenv("TZ", "Europe/Vienna", 1);
  EXPECT_EQ(ValueOf("TZ"), "Europe/Vienna");
  unsetenv("TZ");
  EXPECT_EQ(ValueOf("TZ"), "(unset)");
}

TEST_F(ShopEnvironment, LaterSourcesWin) {
  snapshot.config = {{"LANG", "de", "shared/.env:1"},
                     {"A", "1", "shared/.env:2"},
                     {"BUNDLE_GEMFILE", "/old/Gemfile", "shared/.env:3"},
                     {"ONEOFF_APP", "x", "shared/.env:4"},
                     {"TERM", "dumb", "shared/.env:5"},
                     {"V", "config", "shared/.env:6"}};
  app.env = {{"A", "2"}, {"BUNDLE_BIN_PATH", "x"}};
  IsolationLayer bundler;
  bundler.variables = {{"BUNDLE_GEMFILE", "/new/Gemfile", "isolation (bundler)"}};
  bundler.unset = {"BUNDLE_BIN_PATH"};
  snapshot.isolation = {bundler};
  client.term = "xterm";
  client.sent = {{"V", "sent"}};
  const auto environment = Build({"V"});
  ASSERT_TRUE(environment);
  EXPECT_EQ(environment->Find("LANG")->value, "de");
  EXPECT_EQ(environment->Find("A")->value, "2");
  EXPECT_EQ(environment->Find("A")->source, "env of etc/apps/shop.json");
  EXPECT_EQ(environment->Find("BUNDLE_GEMFILE")->value, "/new/Gemfile");
  EXPECT_EQ(environment->Find("BUNDLE_BIN_PATH"), nullptr);
  EXPECT_EQ(environment->Find("ONEOFF_APP")->value, "shop");
  EXPECT_EQ(environment->Find("TERM")->value, "xterm");
  EXPECT_EQ(environment->Find("V")->value, "sent");
  EXPECT_EQ(environment->Find("V")->source, "the client");
}

TEST_F(ShopEnvironment, ThePathOfTheAppStandsInFront) {
  app.path = {"~/.rbenv/shims", "/opt/bin"};
  EXPECT_EQ(ValueOf("PATH"),
            "/home/deploy/.rbenv/shims:/opt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
            "/sbin:/bin");
}

TEST_F(ShopEnvironment, AVariableThatNoCommandCanBeExecutedWithIsRefused) {
  app.path.assign(2, "/" + std::string(kMaxExecString / 2, 'x'));
  EXPECT_THAT(Lines(), ElementsAre("shop: PATH (base, with path of etc/apps/shop.json): NAME=value "
                                   "is longer than 131071 bytes"));
  EXPECT_EQ(Build().error().status, kConfiguration);
}

TEST_F(ShopEnvironment, WithoutARunThereIsNoRunsId) {
  snapshot.config = {{"ONEOFF_RUN", "x", "shared/.env:1"}};
  EXPECT_EQ(Build({}, "")->Find("ONEOFF_RUN"), nullptr);
}

TEST_F(ShopEnvironment, ATerminalThatIsAPathIsDropped) {
  for (const char* term : {"../../tmp/x", "/etc/passwd", "a b", "x\n", ""}) {
    client.term = term;
    EXPECT_EQ(ValueOf("TERM"), "(unset)") << term;
  }
  client.term = std::string(65, 'x');
  EXPECT_EQ(ValueOf("TERM"), "(unset)");
  client.term = "xterm-256color";
  EXPECT_EQ(ValueOf("TERM"), "xterm-256color");
}

TEST_F(ShopEnvironment, SentVariablesPassByExactNameOnly) {
  client.sent = {{"VERBOSE", "1"}, {"VERBOSE2", "1"}, {"LC_ALL", "de"}};
  EXPECT_EQ(ValueOf("VERBOSE", {"VERBOSE"}), "1");
  EXPECT_EQ(ValueOf("VERBOSE2", {"VERBOSE", "VERBOSE*"}), "(unset)");
  EXPECT_EQ(ValueOf("LC_ALL", {"VERBOSE"}), "(unset)");
  client.sent = {{"VERBOSE", std::string("a\0b", 3)}};
  EXPECT_EQ(ValueOf("VERBOSE", {"VERBOSE"}), "(unset)");
}

TEST_F(ShopEnvironment, AnEditorPassesOnlyWithAValueThatTheRuleNames) {
  client.sent = {{"EDITOR", "rvim"}};
  EXPECT_EQ(ValueOf("EDITOR", {"EDITOR=rnano", "EDITOR=rvim"}), "rvim");
  EXPECT_EQ(ValueOf("EDITOR", {"EDITOR=rnano"}), "(unset)");
  EXPECT_THAT(LeftOut(client, {"EDITOR=rnano"}), ElementsAre("EDITOR"));
  EXPECT_EQ(ValueOf("EDITOR", {"EDITOR"}), "(unset)");
}

TEST_F(ShopEnvironment, WhatIsSentAndLeftOutIsNamedOnce) {
  client.sent = {
      {"VERBOSE", "1"}, {"LC_ALL", "de"}, {"PATH", "/x"}, {"LC_ALL", "fr"}, {"a\nb", "1"}};
  EXPECT_THAT(LeftOut(client, {"VERBOSE", "PATH"}), ElementsAre("LC_ALL", "PATH", "a\\x0ab"));
  client.sent = {{"VERBOSE", std::string("a\0b", 3)}};
  EXPECT_THAT(LeftOut(client, {"VERBOSE"}), ElementsAre("VERBOSE"));
}

TEST_F(ShopEnvironment, NoValueThatMakeWouldExpandPasses) {
  client.sent = {{"VERBOSE", "$(shell id)"}};
  EXPECT_EQ(ValueOf("VERBOSE", {"VERBOSE"}), "$(shell id)");
  client.plain_values = true;
  EXPECT_EQ(ValueOf("VERBOSE", {"VERBOSE"}), "(unset)");
  EXPECT_THAT(LeftOut(client, {"VERBOSE"}), ElementsAre("VERBOSE"));
  client.typed = {{"VERBOSE", "$(shell id)"}};
  EXPECT_EQ(Build({"VERBOSE"}).error().message,
            "VERBOSE= in front of the command: the value has a '$', which make would expand, and "
            "the command may run make");
}

TEST_F(ShopEnvironment, SomeNamesNeverPassWhateverARuleSays) {
  for (const char* name : {"LD_PRELOAD",
                           "PATH",
                           "HOME",
                           "IFS",
                           "ENV",
                           "BASH_ENV",
                           "RUBYOPT",
                           "RUBYLIB",
                           "PYTHONPATH",
                           "PERL5LIB",
                           "NODE_OPTIONS",
                           "BUNDLE_GEMFILE",
                           "GEM_HOME",
                           "GIT_SSH_COMMAND",
                           "PAGER",
                           "MANPAGER",
                           "EDITOR",
                           "SUDO_EDITOR",
                           "TERMINFO",
                           "ONEOFF_APP",
                           "BASH_FUNC_x%%",
                           "a=b",
                           "1A",
                           ""}) {
    client.sent = {{name, "x"}};
    client.typed = {};
    const auto environment = Build({name});
    ASSERT_TRUE(environment);
    const Variable* variable = environment->Find(name);
    EXPECT_TRUE(variable == nullptr || variable->value != "x") << name;
    client.sent = {};
    client.typed = {{name, "x"}};
    EXPECT_FALSE(Build({name})) << name;
  }
}

TEST_F(ShopEnvironment, ATypedVariableThatIsNotAcceptedIsRefused) {
  client.typed = {{"VERBOSE", "s3cr3t"}};
  EXPECT_EQ(Build().error().status, kDenied);
  EXPECT_EQ(Build().error().message,
            "VERBOSE= in front of the command: the rule accepts no variables");
  EXPECT_EQ(Build({"A", "B"}).error().message,
            "VERBOSE= in front of the command: the rule accepts only A, B");
  EXPECT_EQ(ValueOf("VERBOSE", {"VERBOSE"}), "s3cr3t");
}

}  // namespace
}  // namespace release
