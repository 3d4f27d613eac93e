#include "release/env/root_owned_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "release/root_owned.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;

constexpr uid_t kNobody = 65534;

// What only root can show: what root reads for others.
class RootOwned : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root reads for others";
  }
  std::string Read(const std::string& name) const {
    const auto text = ReadRootOwned(folder.path() + "/" + name, 100);
    return text ? *text : text.error().message();
  }
  std::string At(const std::string& name) const { return folder.path() + "/" + name; }

  TemporaryFolder folder;
};

TEST_F(RootOwned, AFileThatOnlyRootReadsIsRead) {
  folder.Write("a/b", "A=1", 0600);
  EXPECT_EQ(Read("a/b"), "A=1");
  EXPECT_EQ(Read("a/none"), "No such file or directory");
  EXPECT_EQ(ReadRootOwned(At("a/none"), 100).error().code(), base::Code::kNotFound);
  EXPECT_EQ(Read("a/./b"), "A=1");
  EXPECT_EQ(Read("a/../a/b"), "its path holds a ..");
}

TEST_F(RootOwned, OthersFilesAreNot) {
  const std::string file = folder.Write("a/b", "A=1", 0600);
  ASSERT_EQ(chown(file.c_str(), kNobody, 0), 0);
  EXPECT_EQ(Read("a/b"), file + " does not belong to root");
  ASSERT_EQ(chown(file.c_str(), 0, 0), 0);
  ASSERT_EQ(chmod(file.c_str(), 0660), 0);
  EXPECT_EQ(Read("a/b"), file + " can be written by others");
}

TEST_F(RootOwned, NorBelowOthersFolders) {
  folder.Write("a/b/c", "A=1");
  ASSERT_EQ(chown(At("a").c_str(), kNobody, 0), 0);
  EXPECT_EQ(Read("a/b/c"), At("a") + " does not belong to root");
  ASSERT_EQ(chown(At("a").c_str(), 0, 0), 0);
  ASSERT_EQ(chmod(At("a").c_str(), 0777), 0);
  EXPECT_EQ(Read("a/b/c"), At("a") + " can be written by others");
  ASSERT_EQ(chmod(At("a").c_str(), 01777), 0);  // as /tmp
  EXPECT_EQ(Read("a/b/c"), "A=1");
  folder.Write("a/d", "A=1");
  EXPECT_EQ(Read("a/d"), At("a") + " can be written by others");
}

TEST_F(RootOwned, LinksAreNotFollowed) {
  folder.Write("a/b", "A=1");
  folder.Link("c", "a");
  folder.Link("a/d", "b");
  EXPECT_EQ(Read("c/b"), At("c") + " is a link");
  EXPECT_EQ(Read("a/d"), At("a/d") + " is a link");
}

TEST_F(RootOwned, OnlyRegularFilesAreOpened) {
  ASSERT_EQ(mkfifo(At("fifo").c_str(), 0600), 0);
  EXPECT_EQ(Read("fifo"), At("fifo") + " is not a regular file");
  folder.Write("big", std::string(101, 'x'));
  EXPECT_EQ(Read("big"), "larger than 100 bytes");
}

TEST_F(RootOwned, AFolderIsListedUnderTheSameRules) {
  folder.Write("a/B", "");
  folder.Write("a/A", "");
  EXPECT_THAT(*ListRootOwned(At("a"), 10), ElementsAre("A", "B"));
  ASSERT_EQ(chmod(At("a").c_str(), 01777), 0);
  EXPECT_EQ(ListRootOwned(At("a"), 10).error().message(), At("a") + " can be written by others");
  ASSERT_EQ(chmod(At("a").c_str(), 0755), 0);
  EXPECT_EQ(ListRootOwned(At("a/A"), 10).error().message(), At("a/A") + " is not a folder");
}

TEST_F(RootOwned, WhatAnAppNamesOutsideItsRootIsFetched) {
  folder.Write("etc/a.env", "A=1", 0600);
  folder.Write("etc/env/B", "2", 0600);
  folder.Write("etc/unit/c.env", "C=3", 0600);
  folder.Write("etc/unit/c.txt", "", 0600);
  folder.Write("root/shared/.env", "D=4", 0600);
  folder.Write("etc/theirs", "E=5", 0600);
  ASSERT_EQ(chown(At("etc/theirs").c_str(), kNobody, 0), 0);
  App app;
  app.root = At("root");
  app.config = {{At("etc/a.env")},
                {At("etc/env"), false, Dialect::kDotenv, SourceKind::kFolder},
                {"shop-web.service", false, Dialect::kDotenv, SourceKind::kUnit},
                {"shared/.env"},
                {At("root/shared/.env")},
                {At("etc/theirs")},
                {At("etc/none")}};
  const auto root_owned = ReadRootOwnedSources(app, [&](const std::string&) {
    UnitEnvironment unit;
    unit.files = {{At("etc/unit/*.env"), false}};
    return base::Result<UnitEnvironment>(unit);
  });
  ASSERT_TRUE(root_owned) << root_owned.error().message;
  std::vector<std::string> read;
  for (const auto& [path, text] : root_owned->files) {
    read.push_back(path.substr(folder.path().size()) + " " + (text ? *text : "missing"));
  }
  EXPECT_THAT(read, ElementsAre("/etc/a.env A=1", "/etc/env/B 2", "/etc/none missing",
                                "/etc/unit/c.env C=3"));
  EXPECT_EQ(root_owned->untrusted.at(At("etc/theirs")),
            At("etc/theirs") + " does not belong to root");
  EXPECT_EQ(root_owned->units.size(), 1U);
}

TEST(RootOwnedSources, AUnitThatCannotBeLookedUpIsARefusal) {
  App app;
  app.name = "shop";
  app.file = "etc/apps/shop.json";
  app.root = "/srv/shop";
  app.config = {{"shop-web.service", false, Dialect::kDotenv, SourceKind::kUnit}};
  const auto root_owned =
      ReadRootOwnedSources(app, [](const std::string&) -> base::Result<UnitEnvironment> {
        return base::Fail(base::Code::kNotFound, "systemd has no such unit");
      });
  ASSERT_FALSE(root_owned);
  EXPECT_EQ(root_owned.error().status, kConfiguration);
  EXPECT_EQ(root_owned.error().message,
            "shop: the environment of shop-web.service: systemd has no such unit "
            "(etc/apps/shop.json)");
}

TEST(RootOwnedSources, AServiceHasAFullName) {
  for (const char* name : {"shop-web.service", "oneoff-app@shop:web.service", "a\\x2db.service"}) {
    EXPECT_TRUE(IsServiceName(name)) << name;
  }
  for (const char* name : {"shop-web", "shop.socket", ".service", "a b.service", "../a.service",
                           "@a.service", "", "a/b.service"}) {
    EXPECT_FALSE(IsServiceName(name)) << name;
  }
}

}  // namespace
}  // namespace release
