#include "release/isolation/gems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LockedGems, AreThoseOfTheSpecs) {
  EXPECT_THAT(
      LockedGems(
          "GEM\n  remote: x\n  specs:\n    annotate (3.2)\n      rake (>= 10)\n    puma (6.0)\n"
          "\nPLATFORMS\n    ruby\n\nDEPENDENCIES\n    nogem\n"),
      ElementsAre("annotate", "puma"));
  EXPECT_THAT(LockedGems("GIT\n  remote: x\n  specs:\n    a (1)\nPATH\n  specs:\n    b (1)\n"),
              ElementsAre("a", "b"));
  EXPECT_THAT(LockedGems(""), IsEmpty());
  EXPECT_THAT(LockedGems("GEM\n    \n     x\n"), IsEmpty());
}

TEST(GemOfBinstub, IsTheGemThatAScriptNames) {
  EXPECT_EQ(GemOfBinstub("#!/usr/bin/ruby3.1\nrequire 'rubygems'\n"
                         "load Gem.activate_bin_path('annotate', 'tool', version)\n"),
            "annotate");
  EXPECT_EQ(GemOfBinstub("#!/usr/bin/ruby\nload Gem.bin_path(\"rake\", \"rake\", v)"), "rake");
  EXPECT_EQ(GemOfBinstub("bin_path('x'"), "");
  EXPECT_EQ(GemOfBinstub("#!x bin_path("), "");
  EXPECT_EQ(GemOfBinstub("#!x bin_path('"), "");
}

}  // namespace
}  // namespace release
