#include "release/env/dialect_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string* Nothing(std::string_view /*name*/) { return nullptr; }

std::vector<std::string> Differences(Dialect dialect, const std::string& text) {
  const auto file = ParseFile(dialect, text, Nothing);
  std::vector<std::string> found;
  if (!file) return {file.error().message()};
  for (const DialectDifference& difference :
       CompareDialects(dialect, DialectsOfFrameworks(), text, *file, Nothing)) {
    found.push_back(std::to_string(difference.line) + " " + difference.name + ": " +
                    difference.others);
  }
  return found;
}

TEST(DialectDifference, IsNamedByLineAndDialects) {
  EXPECT_THAT(Differences(Dialect::kDotenvJs,
                          "A=1\nHASH=$2y$10$abc\nNL=\"a\\nb\"\nREF=${A}x\nESC=C:\\temp\\new\n"),
              ElementsAre("2 HASH: dotenv", "3 NL: dotenv",
                          "4 REF: dotenv, python-dotenv, phpdotenv", "5 ESC: dotenv"));
}

TEST(DialectDifference, ThereIsNoneInAPlainFile) {
  EXPECT_THAT(Differences(Dialect::kDotenvJs, "# c\nA=1\nB='two words'\nexport LONGER=\"x\"\n"),
              IsEmpty());
}

TEST(DialectDifference, ANameThatOnlyAnotherSetsIsOne) {
  EXPECT_THAT(Differences(Dialect::kDotenvJs, "A\nBCD=1\n"), ElementsAre("1 A: dotenv"));
}

TEST(DialectDifference, WhatRefusesTheFileIsNotCompared) {
  EXPECT_THAT(Differences(Dialect::kPythonDotenv, "A=b c\n"), IsEmpty());
}

TEST(DialectDifference, IsBounded) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "V" + std::to_string(i) + "=a\\b\n";
  EXPECT_EQ(Differences(Dialect::kDotenvJs, text).size(), kMaxDifferences);
  EXPECT_THAT(Differences(Dialect::kDotenvJs, text + std::string(kMaxCompared, '\n')), IsEmpty());
}

}  // namespace
}  // namespace release
