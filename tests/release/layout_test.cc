#include "release/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;

class Capistrano : public ::testing::Test {
 protected:
  Capistrano() {
    app.name = "shop";
    app.file = "etc/apps/shop.json";
    app.root = folder.path();
    for (const char* id : {"v9", "v10", "v41", "v42"})
      folder.MakeFolder(std::string("releases/") + id);
    folder.Link("current", "releases/v41");
  }

  std::string ErrorOf(std::string_view name) const {
    const auto place = Locate(app, name);
    return place ? "found " + place->id
                 : std::to_string(place.error().status) + " " + place.error().message;
  }
  std::string IdOf(std::string_view name) const {
    const auto place = Locate(app, name);
    return place ? place->id : place.error().message;
  }

  TemporaryFolder folder;
  App app;
};

TEST_F(Capistrano, CurrentIsWhereTheLinkLeads) {
  const auto place = Locate(app, "current");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->id, "v41");
  EXPECT_EQ(place->directory, folder.path() + "/releases/v41");
  EXPECT_THAT(place->names, ElementsAre("v41", "current"));
}

TEST_F(Capistrano, LatestComparesDigitsAsNumbers) {
  const auto place = Locate(app, "latest");
  ASSERT_TRUE(place);
  EXPECT_THAT(place->names, ElementsAre("v42", "latest"));
}

TEST_F(Capistrano, PreviousIsTheIdBeforeCurrentWithoutALog) {
  const auto place = Locate(app, "previous");
  ASSERT_TRUE(place);
  EXPECT_THAT(place->names, ElementsAre("v10", "previous"));
}

TEST_F(Capistrano, PreviousIsTheEntryBeforeCurrentInTheLog) {
  folder.Write("revisions.log",
               "Branch main (at 1111111) deployed as release v9 by deploy\n"
               "Branch main (at 2222222) deployed as release v40 by deploy\n"
               "Branch main (at 3333333) deployed as release v41 by deploy\n"
               "Branch main (at 4444444) deployed as release v42 by deploy\n");
  EXPECT_EQ(IdOf("previous"), "v9");  // v40 was cleaned up
}

TEST_F(Capistrano, AfterARollbackPreviousIsWhatWasRolledBack) {
  folder.Write("revisions.log",
               "Branch main (at 3333333) deployed as release v41 by deploy\n"
               "Branch main (at 4444444) deployed as release v42 by deploy\n"
               "deploy rolled back to release v41\n");
  EXPECT_EQ(IdOf("previous"), "v42");
}

TEST_F(Capistrano, AnExactIdComesBeforeEveryOtherMeaning) {
  folder.MakeFolder("releases/latest");
  folder.MakeFolder("releases/abcdef1");
  folder.Write("releases/v9/REVISION", "abcdef1" + std::string(33, '0'));
  EXPECT_EQ(Locate(app, "latest")->directory, folder.path() + "/releases/latest");
  EXPECT_EQ(IdOf("abcdef1"), "abcdef1");
  EXPECT_EQ(IdOf("abcdef10"), "v9");
}

TEST_F(Capistrano, CommitDigitsMeanTheNewestReleaseOfThatCommit) {
  const std::string commit = "3f2a91c" + std::string(33, '0');
  folder.Write("releases/v9/REVISION", commit);
  folder.Write("releases/v10/REVISION", commit);
  EXPECT_EQ(IdOf("3f2a91c"), "v10");
  EXPECT_EQ(IdOf(commit), "v10");
  folder.Write("releases/v41/REVISION", "3f2a91cf" + std::string(32, '0'));
  EXPECT_EQ(ErrorOf("3f2a91c"),
            "65 shop+3f2a91c: the commits of v41 and v10 begin so; type more digits");
  EXPECT_EQ(ErrorOf("3f2a91"),
            "65 shop+3f2a91: no such release; the newest are v10, v41 (current), v42");
}

TEST_F(Capistrano, AnUnknownReleaseNamesTheNewest) {
  EXPECT_EQ(ErrorOf("v7"), "65 shop+v7: no such release; the newest are v10, v41 (current), v42");
}

TEST_F(Capistrano, AMissingCurrentIsToldWithWhatThereIs) {
  std::filesystem::remove(folder.path() + "/current");
  EXPECT_EQ(ErrorOf("current"), "69 shop: no current release: " + folder.path() +
                                    "/current: No such file or directory; the newest are v10, v41, "
                                    "v42");
  EXPECT_EQ(IdOf("v9"), "v9");
}

TEST_F(Capistrano, ALoopIsReported) {
  folder.Link("current", "other");
  folder.Link("other", "current");
  EXPECT_EQ(ErrorOf("current"), "69 shop: no current release: " + folder.path() +
                                    "/current: its links lead in a loop, or into /proc; the newest "
                                    "are v10, v41, v42");
}

TEST_F(Capistrano, ACurrentThatLeadsElsewhereIsNotUsed) {
  folder.Link("current", "/etc");
  EXPECT_EQ(ErrorOf("current"), "69 shop: no current release: " + folder.path() +
                                    "/current leads to '/etc', which is no release in " +
                                    folder.path() + "/releases; the newest are v10, v41, v42");
  folder.Link("current", "releases/v41/..");
  EXPECT_EQ(ErrorOf("current").substr(0, 3), "69 ");
}

TEST_F(Capistrano, NamesThatAreNoReleasesAreNotSeen) {
  folder.MakeFolder("releases/.tmp");
  folder.MakeFolder("releases/zz top");
  folder.Write("releases/zz", "a file");
  EXPECT_EQ(IdOf("latest"), "v42");
}

TEST_F(Capistrano, WithoutReleasesThereIsNone) {
  std::filesystem::remove_all(folder.path() + "/releases");
  folder.MakeFolder("releases");
  EXPECT_EQ(ErrorOf("v1"), "65 shop+v1: no such release; there is none yet");
  EXPECT_EQ(ErrorOf("latest"), "65 shop+latest: no such release; there is none yet");
}

TEST_F(Capistrano, TheOldestHasNoPrevious) {
  folder.Link("current", "releases/v9");
  EXPECT_EQ(ErrorOf("previous"), "65 shop+previous: no such release; the newest are v10, v41, v42");
}

TEST(Checkout, IsItsOnlyRelease) {
  const TemporaryFolder folder;
  App app;
  app.name = "blog";
  app.root = folder.path();
  EXPECT_THAT(Locate(app, "current")->names, ElementsAre("checkout", "current", "latest"));
  folder.Write(".git/HEAD", "3f2a91c" + std::string(33, '0'));
  for (const char* name : {"current", "latest", "3f2a91c", "3f2a91c0"}) {
    const auto place = Locate(app, name);
    ASSERT_TRUE(place) << name;
    EXPECT_EQ(place->directory, folder.path());
    EXPECT_THAT(place->names, ElementsAre("3f2a91c", "current", "latest"));
  }
  const auto unknown = Locate(app, "previous");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().status, kNoSuchRelease);
  EXPECT_EQ(unknown.error().message,
            "blog+previous: no such release; there is only 3f2a91c (current)");
}

TEST(Checkout, AMissingRootIsToldWithTheAppsFile) {
  App app;
  app.name = "blog";
  app.file = "etc/apps/blog.json";
  app.root = "/nonexistent/blog";
  const auto place = Locate(app, "current");
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().status, kUnusable);
  EXPECT_EQ(place.error().message,
            "blog: its root /nonexistent/blog is not usable: No such file or directory "
            "(etc/apps/blog.json)");
}

TEST(NaturalLess, OrdersNumbersByValue) {
  EXPECT_TRUE(NaturalLess("v9", "v10"));
  EXPECT_FALSE(NaturalLess("v10", "v9"));
  EXPECT_TRUE(NaturalLess("1.9.2", "1.10.0"));
  EXPECT_TRUE(NaturalLess("20260301093000", "20260301093001"));
  EXPECT_TRUE(NaturalLess("v", "v1"));
  EXPECT_TRUE(NaturalLess("a", "b"));
  EXPECT_FALSE(NaturalLess("v1", "v1"));
  EXPECT_NE(NaturalLess("v01", "v1"), NaturalLess("v1", "v01"));
  EXPECT_TRUE(NaturalLess("99999999999999999999998", "99999999999999999999999"));
}

TEST(PreviousInLog, IgnoresJunk) {
  EXPECT_EQ(PreviousInLog("", "v1", {"v1"}), "");
  EXPECT_EQ(PreviousInLog("\xff release \n release v1\n", "v1", {"v1"}), "");
  EXPECT_EQ(PreviousInLog("x release v2 by x\nx release v1", "v1", {"v1", "v2"}), "v2");
}

}  // namespace
}  // namespace release
