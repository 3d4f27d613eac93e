#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gateway/cli/command.h"

namespace cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class PolicyCommand : public ::testing::Test {
 protected:
  PolicyCommand() {
    std::string pattern = (std::filesystem::temp_directory_path() / "oneoff-cli-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(root_ + "/etc/people");
    std::filesystem::create_directories(root_ + "/etc/apps");
    Write("people/bob.pub", "# none yet\n");
    Write("apps/shop.json",
          R"({"root": "/srv/shop", "commands": {"reset": {"run": "rake db:drop"}}})");
    Write("policy.json",
          R"({"rules": [
{"name": "no drops", "effect": "deny", "who": ["*"], "apps": ["*"], "run": ["rake db:drop -..."]},
{"name": "bob", "who": ["bob"], "apps": ["shop"], "run": ["rake ...", "ls -...", "reset"]}]})");
  }
  ~PolicyCommand() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ + "/etc/" + name) << text;
    std::filesystem::permissions(root_ + "/etc/" + name, std::filesystem::perms(0644));
  }

  // The status; out_ and err_ are what was printed.
  int Run(std::vector<std::string> words) {
    CLI::App app("test");
    Shared shared;
    shared.root = root_;
    app.fallthrough();
    AddPolicy(app, shared);
    AddConfig(app, shared);
    std::reverse(words.begin(), words.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    app.parse(words);
    std::fflush(stdout);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return shared.status;
  }

  std::string root_;
  std::string out_;
  std::string err_;
};

TEST_F(PolicyCommand, ExplainsAnAllowedCommandRuleByRule) {
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop", "rake", "db:version"}), 0);
  EXPECT_EQ(out_, root_ +
                      "/etc/policy.json:2: 'no drops' (deny): run does not match: rake db:drop "
                      "-...\n" +
                      root_ +
                      "/etc/policy.json:3: 'bob' (allow): matches: this rule allows it\n"
                      "allowed: bob may run 'rake db:version' in shop, by the rule 'bob'\n");
}

TEST_F(PolicyCommand, LeavesTheCommandsOptionsToTheCommand) {
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop", "ls", "--help", "--root", "x"}), 0);
  EXPECT_THAT(out_, HasSubstr("allowed: bob may run 'ls --help --root x' in shop"));
  EXPECT_EQ(Run({"policy", "explain", "--release", "v9", "bob", "shop", "rake", "-T"}), 77);
  EXPECT_THAT(out_, HasSubstr("denied: shop+v9: no rule allows 'rake -T' to bob"));
}

TEST_F(PolicyCommand, ExplainsWhatANameStandsFor) {
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop", "reset"}), 77);
  EXPECT_THAT(out_, HasSubstr("'reset' is denied to bob by the rule 'no drops'"));
}

TEST_F(PolicyCommand, AsksForAShellAsSshWould) {
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop"}), 77);
  EXPECT_THAT(out_, HasSubstr("denied: shop+current: no rule allows a shell to bob"));
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop", "rake x | cat"}), 77);
  EXPECT_THAT(out_, HasSubstr("no rule allows 'rake x | cat' to bob"));
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop", "rake 'x"}), 64);
}

TEST_F(PolicyCommand, NamesThePersonOrAppThatIsNotThere) {
  EXPECT_EQ(Run({"policy", "explain", "bbo", "shop", "rake"}), 64);
  EXPECT_EQ(err_, "oneoff: bbo: no such person; did you mean bob?\n");
  EXPECT_EQ(Run({"policy", "explain", "bob", "shp", "rake"}), 64);
  EXPECT_EQ(err_, "oneoff: shp: no such app; did you mean shop?\n");
}

TEST_F(PolicyCommand, CheckAnswers78ForWhatIsWrong) {
  EXPECT_EQ(Run({"policy", "check"}), 0);
  EXPECT_THAT(out_, EndsWith("/etc/policy.json: in order (rules: 2), and its tests pass\n"));
  Write("policy.json", "{\"rules\": [], \"test\": []}");
  EXPECT_EQ(Run({"policy", "check"}), 78);
  EXPECT_EQ(err_, root_ +
                      "/etc/policy.json:1:15: unknown key \"test\"; did you mean \"tests\"?\n"
                      "    {\"rules\": [], \"test\": []}\n"
                      "                  ^\n"
                      "oneoff: 1 error\n");
  EXPECT_EQ(Run({"config", "check"}), 78);
  EXPECT_EQ(Run({"config", "show"}), 78);
}

TEST_F(PolicyCommand, CheckNamesWhatAPatternMatchesNoLonger) {
  EXPECT_EQ(Run({"policy", "check"}), 0);
  EXPECT_THAT(out_,
              HasSubstr("/etc/policy.json:3: 'bob': \"rake ...\" no longer matches: rake ../a; "
                        "rake /a; rake A=b\n"));
}

TEST_F(PolicyCommand, ExplainShowsTheNormalFormOfAnotherSpelling) {
  EXPECT_EQ(Run({"policy", "explain", "bob", "shop", "./bin/rake", "-q", "db:drop[]"}), 77);
  EXPECT_THAT(out_, ::testing::StartsWith("normal form, for deny rules: rake db:drop\n"));
  EXPECT_THAT(out_, HasSubstr("is denied to bob by the rule 'no drops'"));
}

TEST_F(PolicyCommand, ConfigShowPrintsTheDefaultsThatTakeEffect) {
  Write("gateway.json", "{\"channels\": 3}");
  EXPECT_EQ(Run({"config", "show"}), 0);
  EXPECT_THAT(out_, HasSubstr("\n  \"channels\": 3,\n  \"runs_per_person\": 20,\n"));
  EXPECT_EQ(Run({"config", "check"}), 0);
  EXPECT_THAT(out_, EndsWith("/etc: in order (people: 1, keys: 0, apps: 1, rules: 2)\n"));
}

}  // namespace
}  // namespace cli
