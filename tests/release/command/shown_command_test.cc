#include "release/command/shown_command.h"

#include <gtest/gtest.h>

namespace release {
namespace {

TEST(ShownCommand, LeavesOutTheValuesOfLeadingAssignmentsAndNothingElse) {
  EXPECT_EQ(ShownCommand("rake db:migrate VERSION=3"), "rake db:migrate VERSION=3");
  EXPECT_EQ(ShownCommand("PGPASSWORD=x rake"), "PGPASSWORD=... rake");
  EXPECT_EQ(ShownCommand("A=1  B='a \"b' C=\"x\\\" y\" D=e\\ f rake"),
            "A=...  B=... C=... D=... rake");
  EXPECT_EQ(ShownCommand("run:explain A=1 rake"), "run:explain A=... rake");
  EXPECT_EQ(ShownCommand("A= rake"), "A= rake");
}

TEST(ShownCommand, TakesAnyBytes) {
  EXPECT_EQ(ShownCommand(""), "");
  EXPECT_EQ(ShownCommand("  "), "  ");
  EXPECT_EQ(ShownCommand("=x"), "=x");
  EXPECT_EQ(ShownCommand("A='secret rake"), "A=...");
  EXPECT_EQ(ShownCommand("A=secret\\"), "A=...");
  EXPECT_EQ(ShownCommand("A=$(cat x) | y"), "A=... x) | y");
}

}  // namespace
}  // namespace release
