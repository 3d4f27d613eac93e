#include "gateway/installation/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace installation {
namespace {

using ::testing::HasSubstr;

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "oneoff-lib-XXXXXX").string();
    lib_ = mkdtemp(pattern.data());
  }
  ~StoreTest() override { std::filesystem::remove_all(lib_); }

  static FileSet FilesOf(const std::string& policy) {
    FileSet files;
    files.folder = "etc";
    files.texts = {{"policy.json", policy}, {"people/alice.pub", "# none\n"}};
    return files;
  }
  std::size_t Kept() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(lib_ + "/configurations")) {
      count += entry.path().filename().string().size() == 64 ? 1 : 0;
    }
    return count;
  }

  std::string lib_;
};

TEST_F(StoreTest, KeepsTheFilesAsTheyWere) {
  auto store = Store::Make(lib_);
  ASSERT_TRUE(store) << store.error().message();
  EXPECT_EQ(store->Good().value(), std::nullopt);
  const auto digest = store->Keep(FilesOf("{}"));
  ASSERT_TRUE(digest) << digest.error().message();
  EXPECT_EQ(store->Good().value(), *digest);
  EXPECT_EQ(store->Read(*digest).value().texts, FilesOf("{}").texts);
  EXPECT_EQ(store->ReadOne(*digest, "policy.json").value(), "{}");
  EXPECT_EQ(store->ReadOne(*digest, "gateway.json").error().code(), base::Code::kNotFound);
}

TEST_F(StoreTest, TheSameFilesHaveOneDigestThatOnlyThisStoreKnows) {
  auto store = Store::Make(lib_);
  ASSERT_TRUE(store);
  const std::string first = store->Keep(FilesOf("{}")).value();
  EXPECT_NE(store->Keep(FilesOf("{ }")).value(), first);
  EXPECT_EQ(store->Keep(FilesOf("{}")).value(), first);
  EXPECT_EQ(store->Good().value(), first);
  EXPECT_EQ(Kept(), 2U);
  auto other = Store::Make(lib_ + "/other");
  ASSERT_TRUE(other);
  EXPECT_NE(other->Keep(FilesOf("{}")).value(), first);
}

TEST_F(StoreTest, AFileThatIsNotAsItWasIsNotReadAndIsKeptAnew) {
  auto store = Store::Make(lib_);
  ASSERT_TRUE(store);
  const std::string digest = store->Keep(FilesOf("{}")).value();
  std::ofstream(lib_ + "/configurations/" + digest + "/policy.json") << "{\"rules\": []}";
  EXPECT_THAT(store->Read(digest).error().message(), HasSubstr("policy.json: is not as it was"));
  EXPECT_EQ(store->ReadOne(digest, "policy.json").error().code(), base::Code::kInvalid);
  EXPECT_EQ(store->Keep(FilesOf("{}")).value(), digest);
  EXPECT_TRUE(store->Read(digest));
}

TEST_F(StoreTest, WhatIsLeftOutOrAddedIsSeen) {
  auto store = Store::Make(lib_);
  ASSERT_TRUE(store);
  const std::string digest = store->Keep(FilesOf("{}")).value();
  const std::string folder = lib_ + "/configurations/" + digest;
  std::filesystem::remove(folder + "/people/alice.pub");
  EXPECT_FALSE(store->Read(digest));
  EXPECT_EQ(store->Keep(FilesOf("{}")).value(), digest);
  std::ofstream(folder + "/manifest", std::ios::app) << std::string(64, '0') << " people/eve.pub\n";
  EXPECT_FALSE(store->Read(digest));
}

TEST_F(StoreTest, IsItsOwnersAlone) {
  ASSERT_TRUE(Store::Make(lib_));
  const std::string folder = lib_ + "/configurations";
  EXPECT_EQ(std::filesystem::status(folder).permissions(), std::filesystem::perms(0700));
  std::filesystem::permissions(folder, std::filesystem::perms(0755));
  EXPECT_EQ(Store::Open(lib_).error().code(), base::Code::kDenied);
  EXPECT_EQ(Store::Make(lib_).error().code(), base::Code::kDenied);
}

TEST_F(StoreTest, ALinkThatLeadsElsewhereIsNotFollowed) {
  auto store = Store::Make(lib_);
  ASSERT_TRUE(store);
  std::filesystem::create_symlink("../../etc", lib_ + "/configurations/good");
  EXPECT_EQ(store->Good().error().code(), base::Code::kInvalid);
}

TEST_F(StoreTest, KeepsNoMoreThanItsBound) {
  auto store = Store::Make(lib_);
  ASSERT_TRUE(store);
  for (std::size_t i = 0; i < Store::kMostKept + 3; ++i) {
    ASSERT_TRUE(store->Keep(FilesOf(std::to_string(i))));
  }
  EXPECT_EQ(Kept(), Store::kMostKept);
  EXPECT_EQ(store->ReadOne(store->Good()->value(), "policy.json").value(),
            std::to_string(Store::kMostKept + 2));
}

}  // namespace
}  // namespace installation
