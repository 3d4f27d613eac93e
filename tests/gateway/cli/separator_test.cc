#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/cli/command.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;

TEST(Separator, IsTakenOutWhereItEndsTheOptions) {
  EXPECT_EQ(WithoutSeparator({"run", "--", "ls", "-l"}), (Words{"run", "ls", "-l"}));
  EXPECT_EQ(WithoutSeparator({"--root", "run", "run", "--app", "shop", "--", "ls"}),
            (Words{"--root", "run", "run", "--app", "shop", "ls"}));
}

TEST(Separator, OfTheCommandItselfStays) {
  EXPECT_EQ(WithoutSeparator({"run", "git", "checkout", "--", "x"}),
            (Words{"run", "git", "checkout", "--", "x"}));
  EXPECT_EQ(WithoutSeparator({"run", "--", "sh", "--"}), (Words{"run", "sh", "--"}));
}

TEST(Separator, OfOtherSubcommandsStays) {
  EXPECT_EQ(WithoutSeparator({"policy", "explain", "--", "x"}),
            (Words{"policy", "explain", "--", "x"}));
  EXPECT_EQ(WithoutSeparator({"config", "--"}), (Words{"config", "--"}));
}

}  // namespace
}  // namespace cli
