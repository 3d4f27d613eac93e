#include "release/env/python_dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace release {
namespace {

using ::testing::ElementsAre;
using Map = std::map<std::string, std::string>;

base::Result<ParsedFile> Parse(std::string_view text, const Map& earlier = {}) {
  return ParsePythonDotenv(text, [&](std::string_view name) -> const std::string* {
    const auto found = earlier.find(std::string(name));
    return found == earlier.end() ? nullptr : &found->second;
  });
}

Map Values(std::string_view text, const Map& earlier = {}) {
  const auto file = Parse(text, earlier);
  if (!file) return {{"error", file.error().message()}};
  Map map;
  for (const ParsedFile::Entry& entry : file->entries) map[entry.name] = entry.value;
  return map;
}

TEST(PythonDotenv, BracesAreReferencesWhateverTheQuotes) {
  EXPECT_EQ(Values("A=${B}\nC='${B}'\nD=\"${B}\"\nE=$B", {{"B", "x"}}),
            (Map{{"A", "x"}, {"C", "x"}, {"D", "x"}, {"E", "$B"}}));
  EXPECT_EQ(Values("A=1\nB=${A}\nA=2\nC=${A}", {{"A", "0"}}),
            (Map{{"A", "2"}, {"B", "1"}, {"C", "2"}}));
}

TEST(PythonDotenv, AReferenceMayHaveADefault) {
  EXPECT_EQ(Values("A=${B:-x:y}${C:-z}${D}-", {{"C", ""}}), (Map{{"A", "x:y-"}}));
  EXPECT_EQ(Values("A=${B:x}${C"), (Map{{"A", "${B:x}${C"}}));
  EXPECT_EQ(Values("A=${B:${C}", {{"C", "c"}}), (Map{{"A", "${B:c"}}));
}

TEST(PythonDotenv, ANameWithoutAValueTakesItBack) {
  EXPECT_EQ(Values("A=1\nB=2\nA\nC=${A}x"), (Map{{"B", "2"}, {"C", "x"}}));
  EXPECT_EQ(Values("A=1\nA\nA=3"), (Map{{"A", "3"}}));
}

TEST(PythonDotenv, ANameMayBeQuoted) {
  EXPECT_EQ(Values("'A B'=1"), (Map{{"A B", "1"}}));
  EXPECT_EQ(Values("'A=B'=s3cr3t")["error"], "1: the name holds a '=' or a zero byte");
}

TEST(PythonDotenv, EscapesDependOnTheQuotes) {
  EXPECT_EQ(Values(R"(A="a\tb\\c\'d\qe")"), (Map{{"A", "a\tb\\c'd\\qe"}}));
  EXPECT_EQ(Values(R"(A='a\tb\\c\'d')"), (Map{{"A", "a\\tb\\c'd"}}));
  EXPECT_EQ(Values("A='b\\'\nB=c"), (Map{{"A", "b\\"}, {"B", "c"}}));
}

TEST(PythonDotenv, ACommentNeedsWhiteSpaceBeforeIt) {
  EXPECT_EQ(Values("A=b#c\nB=b\t# c\nC= # c\nD='x'#c"),
            (Map{{"A", "b#c"}, {"B", "b"}, {"C", "# c"}, {"D", "x"}}));
}

TEST(PythonDotenv, WarnsOfWhatItDoesNotSet) {
  const auto file = Parse("A=1\ns3cr3t 'x\nB='x\ny' z\n\nC\n=x\nD=2\n");
  ASSERT_TRUE(file);
  std::vector<std::string> warnings;
  for (const auto& w : file->warnings) warnings.push_back(std::to_string(w.line) + " " + w.message);
  EXPECT_THAT(warnings, ElementsAre("2 python-dotenv cannot parse this, and ignores it",
                                    "3 python-dotenv cannot parse this, and ignores it",
                                    "6 no '=': python-dotenv does not set the name",
                                    "7 python-dotenv cannot parse this, and ignores it"));
  EXPECT_EQ(file->entries.size(), 2U);
}

TEST(PythonDotenv, WhatIsNotUtf8IsAnError) {
  EXPECT_EQ(Values("A=1\n# \xE9\n")["error"], "2: not UTF-8");
}

TEST(PythonDotenv, ExpansionIsBounded) {
  std::string text = "A=" + std::string(1000, 'x') + "\nB=";
  for (int i = 0; i < 200; ++i) text += "${A}";
  EXPECT_EQ(Values(text)["error"], "2: B: NAME=value is longer than 131071 bytes");
}

}  // namespace
}  // namespace release
