#include "gateway/installation/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace installation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kAliceKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f alice";

class ConfigurationTest : public ::testing::Test {
 protected:
  ConfigurationTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "oneoff-etc-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    paths_ = config::Paths::Under(root_);
    std::filesystem::create_directories(paths_.etc + "/people");
    std::filesystem::create_directories(paths_.etc + "/apps");
  }
  ~ConfigurationTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(paths_.etc + "/" + name) << text;
    std::filesystem::permissions(paths_.etc + "/" + name, std::filesystem::perms(0644));
  }
  static std::string Shipped(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(ONEOFF_SOURCE_DIR "/config/" + name).rdbuf();
    return text.str();
  }
  // The problems of loading, with the folder's name taken off.
  std::vector<std::string> Problems() {
    config::Problems problems;
    configuration_ = LoadConfiguration(paths_, problems);
    std::vector<std::string> lines;
    for (const config::Problem& problem : problems) {
      std::string line = problem.Summary();
      for (std::size_t at = 0; (at = line.find(paths_.etc + "/")) != std::string::npos;) {
        line.erase(at, paths_.etc.size() + 1);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  std::string root_;
  config::Paths paths_;
  std::optional<Configuration> configuration_;
};

TEST_F(ConfigurationTest, ThatIsEmptyAllowsNothing) {
  EXPECT_THAT(Problems(),
              ElementsAre("policy.json: warning: there is no policy: no person may run anything"));
  ASSERT_TRUE(configuration_);
  EXPECT_EQ(configuration_->settings, config::GatewaySettings());
  EXPECT_THAT(configuration_->apps, IsEmpty());
  EXPECT_THAT(configuration_->people.names(), IsEmpty());
}

TEST_F(ConfigurationTest, ThatIsShippedIsInOrder) {
  Write("gateway.json", Shipped("gateway.json"));
  Write("policy.json", Shipped("policy.json"));
  Write("apps/shop.json", Shipped("app.json"));
  Write("people/alice.pub", kAliceKey);
  for (const char* name : {"bob", "carol", "ci"}) {
    Write(std::string("people/") + name + ".pub", "# no key yet\n");
  }
  EXPECT_THAT(Problems(), IsEmpty());
  ASSERT_TRUE(configuration_);
  EXPECT_EQ(configuration_->apps.at("shop").root, "/srv/shop");
  EXPECT_EQ(configuration_->policy.rules().size(), 5U);
  EXPECT_TRUE(configuration_->policy.MayUse({"alice"}, "shop"));
}

TEST_F(ConfigurationTest, ReportsEveryErrorOfEveryFileAtOnce) {
  Write("gateway.json", "{\"chanels\": 1}");
  Write("policy.json",
        "{\"rules\": [{\"name\": \"r\", \"who\": [\"alise\"], \"apps\": [\"shop\"],\n"
        " \"run\": [\"x\"], \"effect\": \"deny\"}]}");
  Write("apps/shop.json", "{\"rot\": \"/srv/shop\"}");
  Write("apps/blog.json", "{");
  Write("people/alice.pub", kAliceKey);
  Write("people/bob.pub", kAliceKey);
  EXPECT_THAT(
      Problems(),
      ElementsAre("gateway.json:1:2: unknown key \"chanels\"; did you mean \"channels\"?",
                  "people/bob.pub:1: this key is alice's already: people/alice.pub:1; a key is one "
                  "person's",
                  "apps/blog.json:1:2: not JSON: unexpected end of input; expected string literal",
                  "apps/shop.json:1:1: \"root\" is missing",
                  "apps/shop.json:1:2: unknown key \"rot\"; did you mean \"root\"?",
                  "policy.json:1:34: unknown person 'alise'; did you mean \"alice\"?"));
  EXPECT_FALSE(configuration_);
}

TEST_F(ConfigurationTest, AFileThatOthersMayWriteIsNotBelieved) {
  Write("policy.json", "{\"rules\": []}");
  std::filesystem::permissions(paths_.etc + "/policy.json", std::filesystem::perms(0666));
  const auto problems = Problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0], ::testing::StartsWith("policy.json: "));
  EXPECT_THAT(problems[0],
              ::testing::EndsWith("it must belong to root, and no other user may write it"));
  EXPECT_FALSE(configuration_);
}

TEST_F(ConfigurationTest, AFileThatIsNotReadIsAWarning) {
  Write("policy.json", "{\"rules\": []}");
  Write("people/alice", kAliceKey);
  Write("people/.alice.pub.swp", "x");
  Write("people/alice.pub~", "x");
  EXPECT_THAT(Problems(),
              ElementsAre("people/alice: warning: is not read: its name does not end in .pub"));
  EXPECT_TRUE(configuration_);
}

}  // namespace
}  // namespace installation
