#include "release/layout/checkout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

class CheckoutTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
};

TEST_F(CheckoutTest, IsTheNearestFolderThatLooksLikeOne) {
  folder.Write("My_Shop/Gemfile", "");
  folder.MakeFolder("My_Shop/lib/tasks");
  const auto checkout = FindCheckout(folder.path() + "/My_Shop/lib/tasks");
  ASSERT_TRUE(checkout) << checkout.error().message;
  EXPECT_EQ(checkout->directory, folder.path() + "/My_Shop");
  EXPECT_EQ(checkout->app.root, folder.path() + "/My_Shop");
  EXPECT_EQ(checkout->app.name, "my-shop");
  EXPECT_EQ(checkout->app.layout, LayoutKind::kCheckout);
  EXPECT_EQ(checkout->mark, "Gemfile");
  EXPECT_EQ(checkout->release, "current");
}

TEST_F(CheckoutTest, AReleaseOfALayoutIsThatReleaseOfItsApp) {
  folder.Write("shop/releases/v41/Procfile", "");
  folder.Write("shop/shared/.env", "");
  const auto checkout = FindCheckout(folder.path() + "/shop/releases/v41");
  ASSERT_TRUE(checkout);
  EXPECT_EQ(checkout->app.root, folder.path() + "/shop");
  EXPECT_EQ(checkout->app.name, "shop");
  EXPECT_EQ(checkout->app.layout, LayoutKind::kCapistrano);
  EXPECT_EQ(checkout->release, "v41");
}

TEST_F(CheckoutTest, TheRootOfALayoutMeansItsCurrentRelease) {
  folder.Write("shop/releases/v41/Procfile", "");
  folder.Link("shop/current", "releases/v41");
  folder.MakeFolder("shop/shared/log");
  const auto checkout = FindCheckout(folder.path() + "/shop/shared/log");
  ASSERT_TRUE(checkout);
  EXPECT_EQ(checkout->directory, folder.path() + "/shop");
  EXPECT_EQ(checkout->app.layout, LayoutKind::kAuto);
  EXPECT_EQ(checkout->release, "current");
}

TEST_F(CheckoutTest, MayHoldAnAppFile) {
  folder.Write("shop/oneoff.json", R"({"env": {"A": "1"}})");
  const auto checkout = FindCheckout(folder.path() + "/shop");
  ASSERT_TRUE(checkout);
  EXPECT_EQ(checkout->app.file, folder.path() + "/shop/oneoff.json");
  ASSERT_EQ(checkout->app.env.size(), 1U);
}

TEST_F(CheckoutTest, AnAppFileWithErrorsIsAConfigurationError) {
  folder.Write("shop/oneoff.json", R"({"comands": {}})");
  const auto checkout = FindCheckout(folder.path() + "/shop");
  ASSERT_FALSE(checkout);
  EXPECT_EQ(checkout.error().status, 78);
  EXPECT_THAT(checkout.error().message, ::testing::HasSubstr("oneoff.json:1:2: "));
}

TEST_F(CheckoutTest, WhereThereIsNoneItSaysWhatWasLookedFor) {
  const auto checkout = FindCheckout(folder.path());
  ASSERT_FALSE(checkout);
  EXPECT_EQ(checkout.error().status, 64);
  EXPECT_THAT(checkout.error().message,
              ::testing::StartsWith(folder.path() +
                                    ": no app here: neither this folder nor one above it holds any "
                                    "of oneoff.json, Procfile, Gemfile, "));
}

TEST_F(CheckoutTest, AnAppsNameIsMadeOfTheFoldersName) {
  EXPECT_EQ(NameOfCheckout("/srv/shop"), "shop");
  EXPECT_EQ(NameOfCheckout("/srv/2.Shop_v"), "shop-v");
  EXPECT_EQ(NameOfCheckout("/srv/oneoff"), "app");
  EXPECT_EQ(NameOfCheckout("/srv/123"), "app");
  EXPECT_EQ(NameOfCheckout("/" + std::string(50, 'a')), std::string(32, 'a'));
}

}  // namespace
}  // namespace release
