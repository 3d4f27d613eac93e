#include "release/release_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ShopSurvey : public ::testing::Test {
 protected:
  ShopSurvey() {
    app.name = "shop";
    app.file = "etc/apps/shop.json";
    app.root = folder.path();
    app.config = {{"shared/.env", true}, {std::string(kCheckoutEnv), true}};
    account.name = "deploy";
    account.home = "/home/deploy";
    folder.MakeFolder("releases/v1");
    folder.Link("current", "releases/v1");
  }

  Outcome<ReleaseSnapshot> Make() const { return TakeSnapshot(app, account, {"current", {}}); }
  std::string ErrorOf() const {
    const auto snapshot = Make();
    return snapshot ? "no error"
                    : std::to_string(snapshot.error().status) + " " + snapshot.error().message;
  }
  std::vector<std::string> Config() const {
    std::vector<std::string> lines;
    const auto snapshot = Make();
    if (!snapshot) return {snapshot.error().message};
    for (const Variable& v : snapshot->config) {
      lines.push_back(v.name + "=" + v.value + " (" + v.source + ")");
    }
    return lines;
  }

  TemporaryFolder folder;
  App app;
  Account account;
};

TEST_F(ShopSurvey, TellsTheReleaseAndItsFiles) {
  folder.Write("shared/.env", "A=1\n");
  folder.Write("releases/v1/Procfile", "web: puma\nbad line\n");
  folder.Write("releases/v1/REVISION", std::string(40, 'a'));
  const auto snapshot = Make();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->release, "v1");
  EXPECT_THAT(snapshot->names, ElementsAre("v1", "current", "latest"));
  EXPECT_EQ(snapshot->directory, folder.path() + "/releases/v1");
  EXPECT_EQ(snapshot->commit, std::string(40, 'a'));
  EXPECT_EQ(snapshot->procfile.processes.size(), 1U);
  EXPECT_THAT(snapshot->console.words, IsEmpty());
  EXPECT_THAT(snapshot->warnings, ElementsAre("Procfile:2: no NAME: COMMAND, or one too many"));
}

TEST_F(ShopSurvey, LaterFilesWinAndSeeEarlierValues) {
  folder.Write("shared/.env", "A=1\nB=2\nHERE=$HOME\n");
  folder.Write("releases/v1/.env", "A=$B$A\nPATH=/opt:$PATH\n");
  EXPECT_THAT(Config(), ElementsAre("A=21 (releases/v1/.env:1)", "B=2 (shared/.env:2)",
                                    "HERE=/home/deploy (shared/.env:3)",
                                    "PATH=/opt:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
                                    "/sbin:/bin (releases/v1/.env:2)"));
}

TEST_F(ShopSurvey, AFileThatIsLinkedFromTheReleaseIsReadOnce) {
  folder.Write("shared/.env", "A=1\na-b=1\n");
  folder.Link("releases/v1/.env", folder.path() + "/shared/.env");
  const auto snapshot = Make();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->config[0].source, "shared/.env:1");
  EXPECT_THAT(snapshot->warnings,
              ElementsAre("shared/.env:2: no NAME=value: dotenv ignores this line"));
}

TEST_F(ShopSurvey, OptionalFilesMayBeMissingOthersNot) {
  EXPECT_THAT(Config(), IsEmpty());
  app.config.push_back({"config/production.env", false});
  EXPECT_EQ(ErrorOf(),
            "78 shop: config/production.env: No such file or directory (etc/apps/shop.json)");
  app.config.back() = {"/nonexistent/x.env", false};
  EXPECT_EQ(ErrorOf(),
            "78 shop: /nonexistent/x.env: No such file or directory (etc/apps/shop.json)");
}

TEST_F(ShopSurvey, ABrokenFileIsNamedWithItsLineAndVariableOnly) {
  folder.Write("shared/.env", "A=1\nTOKEN=\"s3cr3t $(id)\"\n");
  EXPECT_EQ(ErrorOf(),
            "78 shop: shared/.env:2: TOKEN: a command substitution: dotenv would run it, oneoff "
            "does not");
}

TEST_F(ShopSurvey, AFifoIsNotWaitedFor) {
  folder.MakeFolder("shared");
  ASSERT_EQ(mkfifo((folder.path() + "/shared/.env").c_str(), 0644), 0);
  EXPECT_EQ(ErrorOf(), "78 shop: shared/.env: not a regular file (etc/apps/shop.json)");
  ASSERT_EQ(mkfifo((folder.path() + "/releases/v1/Procfile").c_str(), 0644), 0);
  std::filesystem::remove(folder.path() + "/shared/.env");
  EXPECT_THAT(Make()->warnings, ElementsAre("Procfile: not a regular file"));
}

TEST_F(ShopSurvey, ADeviceIsNotOpened) {
  folder.MakeFolder("shared");
  folder.Link("shared/.env", "/dev/zero");
  EXPECT_EQ(ErrorOf(), "78 shop: shared/.env: not a regular file (etc/apps/shop.json)");
}

TEST_F(ShopSurvey, AHugeFileIsNotRead) {
  folder.Write("shared/.env", "");
  std::filesystem::resize_file(folder.path() + "/shared/.env", 10ULL << 30U);
  EXPECT_EQ(ErrorOf(), "78 shop: shared/.env: larger than 1048576 bytes (etc/apps/shop.json)");
}

TEST_F(ShopSurvey, MagicLinksAreNotFollowed) {
  folder.MakeFolder("shared");
  folder.Link("shared/.env", "/proc/self/root/etc/hostname");
  EXPECT_EQ(ErrorOf(),
            "78 shop: shared/.env: its links lead in a loop, or into /proc (etc/apps/shop.json)");
}

TEST_F(ShopSurvey, ALinkLoopIsReported) {
  folder.MakeFolder("shared");
  folder.Link("shared/.env", ".env");
  EXPECT_EQ(ErrorOf(),
            "78 shop: shared/.env: its links lead in a loop, or into /proc (etc/apps/shop.json)");
}

TEST_F(ShopSurvey, BinaryJunkInAProcfileIsOnlyWarnedOf) {
  std::string junk;
  for (int i = 0; i < 100000; ++i) junk += static_cast<char>(i * 7919 >> 3);
  folder.Write("releases/v1/Procfile", junk);
  const auto snapshot = Make();
  ASSERT_TRUE(snapshot);
  EXPECT_LE(snapshot->warnings.size(), kMaxWarnings);
}

TEST_F(ShopSurvey, TheConfigIsBounded) {
  std::string many;
  for (std::size_t i = 0; i <= kMaxConfigVariables; ++i) many += "V" + std::to_string(i) + "=x\n";
  folder.Write("shared/.env", many);
  EXPECT_EQ(ErrorOf(),
            "78 shop: shared/.env:1025: more than 1024 variables, or 262144 bytes, of config");
  const std::string big(100000, 'x');
  folder.Write("shared/.env", "A=" + big + "\nB=" + big + "\nA=y\nC=" + big + "\nD=" + big + "\n");
  EXPECT_EQ(ErrorOf(),
            "78 shop: shared/.env:5: more than 1024 variables, or 262144 bytes, of config");
}

TEST_F(ShopSurvey, AMissingCheckoutIsUnusable) {
  app.root = "/nonexistent";
  EXPECT_EQ(ErrorOf(),
            "69 shop: its root /nonexistent is not usable: No such file or directory "
            "(etc/apps/shop.json)");
}

TEST_F(ShopSurvey, ProgramsAreLookedForOnTheConfiguredPath) {
  folder.Write("releases/v1/Gemfile", "");
  folder.Write("opt/bundle", "#!/bin/sh\n", 0755);
  folder.Write("shared/.env", "PATH=" + folder.path() + "/opt\n");
  const auto rake = [&] {
    return Isolate(TakeSnapshot(app, account, {"v1", {"rake"}})->isolation, {"rake"});
  };
  EXPECT_THAT(rake().value(), ElementsAre("bundle", "exec", "rake"));
  app.env = {{"PATH", "/nonexistent"}};
  EXPECT_EQ(rake().error().status, kUnusable);
}

TEST_F(ShopSurvey, AVersionManagersInterpreterStandsBehindTheAppsPath) {
  account.home = folder.path() + "/home";
  folder.Write("releases/v1/.ruby-version", "3.1.2\n");
  folder.MakeFolder("home/.rbenv/versions/3.1.2/bin");
  folder.Write("shared/.env", "PATH=/opt:$PATH\n");
  app.path = {"/first"};
  EXPECT_THAT(Config(), ElementsAre("PATH=/opt:/first:" + account.home +
                                    "/.rbenv/versions/3.1.2/bin:/usr/local/sbin:/usr/local/bin:"
                                    "/usr/sbin:/usr/bin:/sbin:/bin (shared/.env:1)"));
}

TEST_F(ShopSurvey, AVersionThatIsNotInstalledIsUnusable) {
  account.home = folder.path() + "/home";
  folder.Write("releases/v1/.python-version", "3.9.1\n");
  folder.MakeFolder("home/.pyenv/versions");
  EXPECT_EQ(ErrorOf(),
            "69 shop+v1: .python-version names python 3.9.1, which pyenv does not have "
            "in " +
                account.home +
                "/.pyenv/versions: nothing is installed there; "
                "install it, or leave \"versions\" out of \"isolation\" in "
                "etc/apps/shop.json");
  folder.Write("releases/v1/venv/pyvenv.cfg", "");  // which has a Python of its own
  EXPECT_TRUE(Make());
  app.isolation = {false, {IsolationKind::kVersions}};
  std::filesystem::remove(folder.path() + "/releases/v1/.python-version");
  EXPECT_EQ(ErrorOf(),
            "69 shop+v1: no file names a version that a version manager of the user's "
            "has, and etc/apps/shop.json asks for \"versions\"");
}

TEST_F(ShopSurvey, AProgramThatIsNotOnThePathMayBeElsewhere) {
  folder.Write("releases/v1/script/fix", "", 0755);
  folder.Write("home/.local/bin/tool-x", "", 0755);
  account.home = folder.path() + "/home";
  const auto elsewhere = [&](const std::string& program) {
    return TakeSnapshot(app, account, {"v1", {program}})->elsewhere.advice;
  };
  EXPECT_EQ(elsewhere("fix"), "there is script/fix in the release");
  EXPECT_EQ(elsewhere("tool-x"), "there is " + account.home +
                                     "/.local/bin/tool-x: \"path\" in "
                                     "etc/apps/shop.json may name its folder");
  EXPECT_EQ(elsewhere("sh"), "");
  EXPECT_EQ(elsewhere("no-such-tool"), "");
}

}  // namespace
}  // namespace release
