#include "release/layout/target.h"

#include <gtest/gtest.h>

#include <string>

namespace release {
namespace {

std::string ErrorOf(std::string_view name) {
  const auto target = ParseTarget(name);
  return target ? "accepted" : target.error().message();
}

TEST(Target, AnAppAloneMeansItsCurrentRelease) {
  const auto target = ParseTarget("shop");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->app, "shop");
  EXPECT_EQ(target->release, "current");
  EXPECT_FALSE(target->service());
}

TEST(Target, APlusNamesARelease) {
  const auto target = ParseTarget("shop-2+v41.1_x-Y");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->app, "shop-2");
  EXPECT_EQ(target->release, "v41.1_x-Y");
}

TEST(Target, OneoffIsTheGatewayItself) {
  const auto target = ParseTarget("oneoff");
  ASSERT_TRUE(target);
  EXPECT_TRUE(target->service());
  EXPECT_EQ(ErrorOf("oneoff+v1"), "oneoff is the gateway itself and has no releases");
}

TEST(Target, AnAppsNameIsShortAndPlain) {
  EXPECT_TRUE(IsAppName("a"));
  EXPECT_TRUE(IsAppName(std::string(32, 'a')));
  EXPECT_FALSE(IsAppName(std::string(33, 'a')));
  for (const char* bad :
       {"", "1a", "-a", "A", "aB", "a_b", "a.b", "a/b", "oneoff", "a b", "../a"}) {
    EXPECT_FALSE(IsAppName(bad)) << bad;
  }
  EXPECT_EQ(ErrorOf("Sh\033op"),
            "'Sh\\x1bop' is no app's name: a small letter, then at most 31 small letters, digits "
            "and '-'");
}

TEST(Target, AReleasesNameLeadsNowhereElse) {
  EXPECT_TRUE(IsReleaseName("20260301093000"));
  EXPECT_TRUE(IsReleaseName(std::string(64, 'v')));
  EXPECT_FALSE(IsReleaseName(std::string(65, 'v')));
  for (const char* bad : {"", ".", "..", ".git", "-v", "_v", "v/1", "v 1", "v+1", "v\n"}) {
    EXPECT_FALSE(IsReleaseName(bad)) << bad;
  }
  EXPECT_EQ(ErrorOf("shop+../x"),
            "'../x' is no release's name: a letter or digit, then at most 63 letters, digits, "
            "'.', '_' and '-'");
  EXPECT_NE(ErrorOf("shop+"), "accepted");
  EXPECT_NE(ErrorOf("shop+v1+v2"), "accepted");
  EXPECT_NE(ErrorOf(std::string_view("shop\0", 5)), "accepted");
}

}  // namespace
}  // namespace release
