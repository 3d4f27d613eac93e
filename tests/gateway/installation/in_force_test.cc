#include "gateway/installation/in_force.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace installation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n";

class InForceTest : public ::testing::Test {
 protected:
  InForceTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "oneoff-etc-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    paths_ = config::Paths::Under(root_);
    std::filesystem::create_directories(paths_.etc + "/people");
    std::filesystem::create_directories(paths_.etc + "/apps");
    store_ = Store::Make(paths_.lib).value();
    Write("policy.json", "{\"rules\": []}");
    Write("people/alice.pub", kKey);
    Write("apps/shop.json", "{\"root\": \"/srv/shop\"}");
  }
  ~InForceTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(paths_.etc + "/" + name) << text;
    std::filesystem::permissions(paths_.etc + "/" + name, std::filesystem::perms(0644));
  }
  std::optional<InForce> Load(Store* store, const Configuration* now = nullptr) const {
    config::Problems problems;
    return LoadInForce(paths_, store, now, problems);
  }

  std::string root_;
  config::Paths paths_;
  std::optional<Store> store_;
};

TEST_F(InForceTest, FilesInOrderAreInForceAndKept) {
  const auto loaded = Load(&*store_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->standing, Standing::kWhole);
  EXPECT_EQ(loaded->configuration.digest, store_->Good()->value());
  EXPECT_EQ(loaded->not_kept, "");
}

TEST_F(InForceTest, WithoutAGoodOneAnErrorIsTheEnd) {
  Write("apps/shop.json", "{");
  EXPECT_FALSE(Load(&*store_));
  EXPECT_FALSE(Load(nullptr));
}

TEST_F(InForceTest, WhatIsKeptOfABadFileIsWhatCounts) {
  ASSERT_TRUE(Load(&*store_));
  Write("apps/shop.json", "{");
  Write("apps/blog.json", "{\"root\": \"/srv/blog\"}");
  for (int start = 0; start < 2; ++start) {
    const auto loaded = Load(&*store_);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->standing, Standing::kInPart);
    EXPECT_EQ(loaded->configuration.apps.at("shop").root, "/srv/shop");
    EXPECT_EQ(loaded->configuration.apps.at("blog").root, "/srv/blog");
    EXPECT_THAT(loaded->configuration.not_in_force.apps, ElementsAre("shop"));
    EXPECT_EQ(store_->ReadOne(loaded->configuration.digest, "apps/shop.json").value(),
              "{\"root\": \"/srv/shop\"}");
  }
}

TEST_F(InForceTest, OfARefusedOneOnlyWhatTakesAwayCounts) {
  const auto good = Load(&*store_);
  ASSERT_TRUE(good);
  Write("policy.json", "{");
  Write("apps/blog.json", "{\"root\": \"/srv/blog\"}");
  std::filesystem::remove(paths_.etc + "/people/alice.pub");
  Write("people/bob.pub", kKey);
  const auto loaded = Load(&*store_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->standing, Standing::kRefused);
  EXPECT_EQ(loaded->configuration.digest, good->configuration.digest);
  EXPECT_THAT(loaded->configuration.people.names(), IsEmpty());
  EXPECT_FALSE(loaded->configuration.apps.contains("blog"));
}

TEST_F(InForceTest, AFileThatIsNotBelievedTakesNothingAway) {
  ASSERT_TRUE(Load(&*store_));
  Write("people/alice.pub", "");
  std::filesystem::permissions(paths_.etc + "/people/alice.pub", std::filesystem::perms(0666));
  const auto loaded = Load(&*store_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->standing, Standing::kInPart);
  EXPECT_EQ(loaded->configuration.people.key_count(), 1U);
}

TEST_F(InForceTest, WhereTheStoreIsBehindWhatWasInForceStaysSo) {
  ASSERT_TRUE(Load(&*store_));  // alice
  std::filesystem::remove(paths_.etc + "/people/alice.pub");
  auto now = Load(nullptr);
  ASSERT_TRUE(now);
  EXPECT_EQ(now->not_kept, "there is no store");
  Write("people/alice.pub", kKey);
  Write("policy.json", "{");
  const auto loaded = Load(&*store_, &now->configuration);
  ASSERT_TRUE(loaded);
  EXPECT_THAT(loaded->configuration.people.names(), IsEmpty());
}

TEST_F(InForceTest, WhatIsMissingAltogetherTakesNothingAway) {
  Write("gateway.json", "{\"channels\": 3}");
  Write("policy.json",
        R"({"rules": [{"name": "all", "who": ["*"], "apps": ["*"], "run": ["ls"]}]})");
  const auto good = Load(&*store_);
  ASSERT_TRUE(good);
  for (const char* name : {"gateway.json", "policy.json", "people", "apps"}) {
    std::filesystem::rename(paths_.etc + "/" + name, root_ + "/aside");
    for (const Configuration* now :
         {&good->configuration, static_cast<const Configuration*>(nullptr)}) {
      for (Store* store : {&*store_, static_cast<Store*>(nullptr)}) {
        if (store == nullptr && now == nullptr) continue;
        const auto loaded = Load(store, now);
        ASSERT_TRUE(loaded) << name;
        EXPECT_EQ(loaded->standing, Standing::kRefused) << name;
        EXPECT_EQ(loaded->configuration.people.key_count(), 1U);
        EXPECT_TRUE(loaded->configuration.apps.contains("shop"));
        EXPECT_EQ(loaded->configuration.policy.rules().size(), 1U);
        EXPECT_EQ(loaded->configuration.settings.channels, 3);
      }
    }
    EXPECT_EQ(LoadSettings(paths_).value().channels, 3);
    config::Problems problems;
    EXPECT_FALSE(LoadConfiguration(paths_, problems)) << name;
    std::filesystem::rename(root_ + "/aside", paths_.etc + "/" + name);
  }
  EXPECT_EQ(Load(&*store_)->standing, Standing::kWhole);
}

TEST_F(InForceTest, WhatNoGoodOneHasMayBeMissing) {
  std::filesystem::remove(paths_.etc + "/policy.json");
  std::filesystem::remove_all(paths_.etc + "/people");
  const auto first = Load(&*store_);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->standing, Standing::kWhole);
  EXPECT_EQ(Load(&*store_, &first->configuration)->standing, Standing::kWhole);
  EXPECT_EQ(Load(&*store_)->standing, Standing::kWhole);
}

TEST_F(InForceTest, SettingsAreTheLastGoodOnes) {
  Write("gateway.json", "{\"channels\": 3}");
  ASSERT_TRUE(Load(&*store_));
  Write("gateway.json", "{\"chanels\": 4}");
  EXPECT_EQ(LoadSettings(paths_).value().channels, 3);
  std::filesystem::remove_all(paths_.lib);
  EXPECT_EQ(LoadSettings(paths_).error().code(), base::Code::kInvalid);
}

}  // namespace
}  // namespace installation
