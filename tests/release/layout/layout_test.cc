#include "release/layout/layout.h"

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
  folder.MakeFolder("releases/abcdef1");
  folder.Write("releases/v9/REVISION", "abcdef1" + std::string(33, '0'));
  EXPECT_EQ(IdOf("abcdef1"), "abcdef1");
  EXPECT_EQ(IdOf("abcdef10"), "v9");
}

TEST_F(Capistrano, AFolderNamedAsALabelIsNoRelease) {
  for (const char* label : {"current", "previous", "latest"}) {
    folder.MakeFolder(std::string("releases/") + label);
  }
  EXPECT_EQ(IdOf("current"), "v41");
  EXPECT_EQ(IdOf("previous"), "v10");
  EXPECT_EQ(IdOf("latest"), "v42");
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
                                    "v42; if " +
                                    folder.path() +
                                    " is itself the app, say \"layout\": \"checkout\" in "
                                    "etc/apps/shop.json");
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

class Deployer : public ::testing::Test {
 protected:
  Deployer() {
    app.name = "shop";
    app.root = folder.path();
    for (const char* id : {"1", "2", "3", "hotfix"}) {
      folder.MakeFolder(std::string("releases/") + id);
    }
    folder.Write("releases/2/REVISION", "3f2a91c" + std::string(33, '0'));
    folder.Write(".dep/releases_log", Entry("1") + Entry("2") + Entry("gone") + Entry("hotfix"));
    folder.Link("current", "releases/hotfix");
  }
  static std::string Entry(const std::string& name) {
    return R"({"created_at":"2026-03-01T09:30:00+0000","release_name":")" + name +
           R"(","user":"deploy","target":"HEAD"})" + "\n";
  }
  std::string IdOf(std::string_view name) const {
    const auto place = Locate(app, name);
    return place ? place->id : place.error().message;
  }

  TemporaryFolder folder;
  App app;
};

TEST_F(Deployer, IsKnownByItsFolder) {
  EXPECT_EQ(DetectLayout(folder.path()), LayoutKind::kDeployer);
  EXPECT_THAT(Locate(app, "current")->names, ElementsAre("hotfix", "current", "latest"));
  EXPECT_EQ(Locate(app, "3f2a91c")->id, "2");
}

TEST_F(Deployer, PreviousIsTheEntryBeforeCurrentThatIsNotBad) {
  EXPECT_EQ(IdOf("previous"), "2");
  folder.Write("releases/2/BAD_RELEASE", "2026-03-01,deploy\n");
  EXPECT_EQ(IdOf("previous"), "1");
  folder.Write("releases/1/BAD_RELEASE", "");
  EXPECT_EQ(IdOf("previous"),
            "shop+previous: no such release; the newest are 2, 3, hotfix (current)");
}

TEST_F(Deployer, AfterARollbackPreviousIsWhatIsBeforeIt) {
  folder.Write(".dep/releases_log", Entry("1") + Entry("2") + Entry("3"));
  folder.Write("releases/3/BAD_RELEASE", "");
  folder.Link("current", "releases/2");
  EXPECT_EQ(IdOf("previous"), "1");
  EXPECT_EQ(IdOf("latest"), "3");
}

TEST_F(Deployer, LatestIsTheOneThatIsBeingDeployed) {
  folder.Link("release", "releases/3");
  EXPECT_EQ(IdOf("latest"), "3");
}

TEST_F(Deployer, WithoutALogTheOrderOfIdsCounts) {
  std::filesystem::remove(folder.path() + "/.dep/releases_log");
  folder.Link("current", "releases/3");
  EXPECT_EQ(IdOf("previous"), "2");
  EXPECT_EQ(IdOf("latest"), "hotfix");
  folder.Write(".dep/latest_release", "3\n");
  EXPECT_EQ(IdOf("latest"), "3");
}

TEST_F(Deployer, TheAppFileMaySayThatItIsAnother) {
  app.layout = LayoutKind::kCapistrano;
  folder.Link("current", "releases/3");
  EXPECT_EQ(IdOf("previous"), "2");
  EXPECT_EQ(IdOf("latest"), "hotfix");
}

TEST(Mina, CountsItsReleases) {
  const TemporaryFolder folder;
  App app;
  app.name = "shop";
  app.root = folder.path();
  for (const char* id : {"9", "10", "11"}) folder.MakeFolder(std::string("releases/") + id);
  EXPECT_EQ(DetectLayout(folder.path()), LayoutKind::kCapistrano);
  folder.MakeFolder("scm/objects");
  EXPECT_EQ(DetectLayout(folder.path()), LayoutKind::kMina);
  folder.Link("current", "releases/10");
  folder.Write("releases/10/.mina_git_revision", "3f2a91c" + std::string(33, '0') + "\n");
  EXPECT_THAT(Locate(app, "current")->names, ElementsAre("10", "current"));
  EXPECT_EQ(Locate(app, "current")->commit, "3f2a91c" + std::string(33, '0'));
  EXPECT_EQ(Locate(app, "previous")->id, "9");
  EXPECT_EQ(Locate(app, "latest")->id, "11");
  EXPECT_EQ(Locate(app, "3f2a91c")->id, "10");
}

TEST(LayoutKind, IsNamedAsTheAppFileNamesIt) {
  EXPECT_EQ(NameOf(LayoutKind::kAuto), "auto");
  EXPECT_EQ(NameOf(LayoutKind::kMina), "mina");
}

TEST(DetectLayout, AFolderOfReleasesIsADeployToolsOrSomethingElses) {
  const auto detect = [](std::initializer_list<const char*> files) {
    TemporaryFolder folder;
    for (const char* file : files) folder.Write(file, "");
    return std::string(NameOf(DetectLayout(folder.path())));
  };
  EXPECT_EQ(detect({"releases/v1/x", "current/x", ".git/HEAD"}), "capistrano");
  EXPECT_EQ(detect({"releases/20261130120000/x", "package.json"}), "capistrano");
  EXPECT_EQ(detect({"releases/v1/x", "revisions.log", "package.json"}), "capistrano");
  EXPECT_EQ(detect({"releases/one/x"}), "capistrano");
  EXPECT_EQ(detect({"releases/v1/x", ".dep/x"}), "deployer");
  EXPECT_EQ(detect({"releases/1/x", "scm/objects/x", "package.json"}), "mina");
  EXPECT_EQ(detect({"releases/0.1.0/x", "releases/start_erl.data"}), "checkout");
  for (const std::string& mark : AppMarks()) {
    EXPECT_EQ(detect({"releases/v1.2/notes", mark.c_str()}), "checkout") << mark;
  }
}

}  // namespace
}  // namespace release
