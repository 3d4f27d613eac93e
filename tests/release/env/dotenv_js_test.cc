#include "release/env/dotenv_js.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace release {
namespace {

using ::testing::ElementsAre;
using Map = std::map<std::string, std::string>;

Map Values(std::string_view text) {
  const auto file = ParseDotenvJs(text);
  if (!file) return {{"error", file.error().message()}};
  Map map;
  for (const ParsedFile::Entry& entry : file->entries) map[entry.name] = entry.value;
  return map;
}

TEST(DotenvJs, ThreeKindsOfQuotesMayHoldEachOtherAndNewlines) {
  EXPECT_EQ(Values("A=`x 'y' \"z\"\nw`\nB='a`b'"), (Map{{"A", "x 'y' \"z\"\nw"}, {"B", "a`b"}}));
}

TEST(DotenvJs, OnlyDoubleQuotesKnowNewlines) {
  EXPECT_EQ(Values("A='x\\ny'\nB=`x\\ny`\nC=\"x\\ny\\rz\""),
            (Map{{"A", "x\\ny"}, {"B", "x\\ny"}, {"C", "x\ny\rz"}}));
  EXPECT_EQ(Values("A=\"x\\ny"), (Map{{"A", "\"x\ny"}}));  // that do not close, too
}

TEST(DotenvJs, OuterQuotesOfAnUnquotedValueComeOff) {
  EXPECT_EQ(Values("A='a' 'b'"), (Map{{"A", "a' 'b"}}));
  EXPECT_EQ(Values("A='"), (Map{{"A", "'"}}));
}

TEST(DotenvJs, WideSpacesAreWhiteSpace) {
  EXPECT_EQ(Values("\xC2\xA0"
                   "A\xE3\x80\x80=\xE2\x80\x83x\xE2\x80\xA9"),
            (Map{{"A", "x"}}));
}

TEST(DotenvJs, WhatIsNotUtf8IsAnError) {
  EXPECT_EQ(Values("# \xE9\nA=\xE9")["error"],
            "2: A: the value is not UTF-8: Node would damage it");
}

TEST(DotenvJs, WarnsOfWhatItDrops) {
  const auto file = ParseDotenvJs("A\nB=x#y\nC=x #y\n");
  ASSERT_TRUE(file);
  std::vector<std::string> warnings;
  for (const auto& w : file->warnings) warnings.push_back(std::to_string(w.line) + " " + w.message);
  EXPECT_THAT(warnings, ElementsAre("1 no NAME=value: dotenv ignores this line",
                                    "2 B: dotenv ends the value at the '#'; quote the value if it "
                                    "goes on"));
}

}  // namespace
}  // namespace release
