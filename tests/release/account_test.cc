#include "release/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "base/child.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::Contains;

App ShopAt(const std::string& root) {
  App app;
  app.name = "shop";
  app.file = "etc/apps/shop.json";
  app.root = root;
  return app;
}

std::string ErrorOf(const App& app) {
  const auto account = FindAccount(app);
  return account ? "found " + account->name
                 : std::to_string(account.error().status) + " " + account.error().message;
}

TEST(Account, IsTheUserThatTheAppFileNames) {
  App app = ShopAt("/nonexistent");
  app.user = "daemon";
  const auto account = FindAccount(app);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->name, "daemon");
  EXPECT_EQ(account->uid, 1U);
  EXPECT_THAT(account->groups, Contains(account->gid));
  EXPECT_FALSE(account->home.empty());
  EXPECT_FALSE(account->shell.empty());
}

TEST(Account, AUserThatDoesNotExistIsToldWithTheAppsFile) {
  App app = ShopAt("/");
  app.user = "no-such-user";
  EXPECT_EQ(ErrorOf(app),
            "78 shop: there is no user 'no-such-user' on this host (etc/apps/shop.json)");
}

TEST(Account, RootOnlyIfItIsWritten) {
  App app = ShopAt("/usr");
  EXPECT_EQ(ErrorOf(app),
            "78 shop: /usr belongs to root: name the user that its commands run as, even if that "
            "is root, by \"user\" in etc/apps/shop.json or --user of oneoff apps add");
  app.user = "root";
  EXPECT_EQ(ErrorOf(app), "found root");
}

TEST(Account, AMissingRootIsUnusable) {
  EXPECT_EQ(ErrorOf(ShopAt("/nonexistent")),
            "69 shop: its root /nonexistent is not usable: No such file or directory "
            "(etc/apps/shop.json)");
}

class OwnedByOthers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  }
  void Give(const std::string& name, uid_t uid) const {
    ASSERT_EQ(lchown((folder.path() + name).c_str(), uid, uid), 0);
  }
  TemporaryFolder folder;
};

TEST_F(OwnedByOthers, TheOwnerOfTheRootIsTaken) {
  Give("", 1);
  EXPECT_EQ(ErrorOf(ShopAt(folder.path())), "found daemon");
}

TEST_F(OwnedByOthers, BelowRootsRootTheOwnerOfReleasesIsTaken) {
  folder.MakeFolder("releases");
  Give("/releases", 1);
  EXPECT_EQ(ErrorOf(ShopAt(folder.path())), "found daemon");
}

TEST_F(OwnedByOthers, ALinkChoosesNobody) {
  folder.MakeFolder("elsewhere");
  Give("/elsewhere", 1);
  folder.Link("releases", "elsewhere");
  EXPECT_EQ(ErrorOf(ShopAt(folder.path())).substr(0, 3), "78 ");
}

TEST_F(OwnedByOthers, AnOwnerWithoutANameIsTold) {
  Give("", 987654);
  EXPECT_EQ(ErrorOf(ShopAt(folder.path())),
            "78 shop: " + folder.path() +
                " belongs to uid 987654, which no user has; say \"user\" in etc/apps/shop.json");
}

TEST(BecomeAccount, IsForGood) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  auto child = base::Child::Fork([] {
    Account account;
    account.uid = 1;
    account.gid = 1;
    account.groups = {1};
    if (BecomeAccount(account) != 0) return 1;
    if (getuid() != 1 || getgid() != 1 || getgroups(0, nullptr) != 1) return 2;
    if (setuid(0) == 0 || setgid(0) == 0) return 3;
    account.uid = 2;
    return BecomeAccount(account) == EPERM ? 0 : 4;
  });
  EXPECT_EQ(child->Wait()->ShellStatus(), 0);
}

TEST(Account, OfTheCallerIsWhoRunsThis) {
  const auto account = CallersAccount();
  ASSERT_TRUE(account);
  EXPECT_EQ(account->uid, geteuid());
  EXPECT_EQ(account->gid, getegid());
  EXPECT_FALSE(account->home.empty());
  EXPECT_EQ(base::Child::Fork([&] { return BecomeAccount(*account); })->Wait()->status, 0);
}

}  // namespace
}  // namespace release
