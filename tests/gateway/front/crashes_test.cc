#include "gateway/front/crashes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace front {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

base::MonotonicTime At(milliseconds time) { return base::MonotonicTime(time); }

TEST(Crashes, ThreeInAMinuteAreEnough) {
  Crashes crashes;
  EXPECT_EQ(crashes.Add("a", At(seconds(0))), std::nullopt);
  EXPECT_EQ(crashes.Add("b", At(seconds(30))), std::nullopt);
  EXPECT_EQ(crashes.Add("a", At(seconds(60))), std::nullopt);  // the first is a minute old
  EXPECT_EQ(crashes.Add("a", At(seconds(89))), milliseconds(0));
  EXPECT_EQ(crashes.count(), 3U);
  EXPECT_THAT(crashes.Sources(), ElementsAre("b", "a"));
}

TEST(Crashes, WhatIsDueIsSaidOnceAndFurtherCrashesCount) {
  Crashes crashes;
  for (int i = 0; i < 2; ++i) (void)crashes.Add("a", At(seconds(0)));
  EXPECT_EQ(crashes.Add("a", At(seconds(0))), milliseconds(0));
  EXPECT_EQ(crashes.Add("a", At(seconds(90))), std::nullopt);
  EXPECT_EQ(crashes.count(), 4U);
}

TEST(Crashes, ExecutionsArePaced) {
  Crashes crashes;
  crashes.Forget(At(seconds(100)));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(crashes.Add("a", At(seconds(101))), std::nullopt);
  EXPECT_EQ(crashes.Add("a", At(seconds(104))), Crashes::kApart - seconds(4));
  crashes.Forget(At(seconds(110)));
  EXPECT_EQ(crashes.count(), 0U);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(crashes.Add("a", At(seconds(119))), std::nullopt);
  EXPECT_EQ(crashes.Add("a", At(seconds(120))), milliseconds(0));
}

TEST(Crashes, SomeSourcesAreNamedAndNotAllCrashesKept) {
  Crashes crashes;
  for (int i = 0; i < 5'000; ++i) (void)crashes.Add(std::to_string(i), At(seconds(0)));
  EXPECT_EQ(crashes.count(), 1'000U);
  EXPECT_EQ(crashes.Sources().size(), Crashes::kMaxSources);
  EXPECT_EQ(crashes.Sources().back(), "4999");
}

}  // namespace
}  // namespace front
