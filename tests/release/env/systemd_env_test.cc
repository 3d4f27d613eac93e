#include "release/env/systemd_env.h"

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
  const auto file = ParseSystemdEnv(text);
  if (!file) return {{"error", file.error().message()}};
  Map map;
  for (const ParsedFile::Entry& entry : file->entries) map[entry.name] = entry.value;
  return map;
}

TEST(SystemdEnv, LinesGoOnBehindABackslash) {
  EXPECT_EQ(Values("A=x \\\n  y\nB=\"x\\\ny\"\nC='x\\\ny'"),
            (Map{{"A", "x   y"}, {"B", "xy"}, {"C", "x\\\ny"}}));
  EXPECT_EQ(Values("# c \\\nA=1\nB=2"), (Map{{"B", "2"}}));  // comments do, too
}

TEST(SystemdEnv, OnlyDoubleQuotesHaveEscapes) {
  EXPECT_EQ(Values(R"(A="\"\\\`\$\n")"
                   "\n"
                   R"(B='\n')"),
            (Map{{"A", "\"\\`$\\n"}, {"B", "\\n"}}));
}

TEST(SystemdEnv, BlanksAreKeptWhereTheyAreQuotedOrEscaped) {
  EXPECT_EQ(Values("A=\" x \"  \nB=x\\ \nC=  x  \nD=' x'  y "),
            (Map{{"A", " x "}, {"B", "x "}, {"C", "x"}, {"D", " xy"}}));
}

TEST(SystemdEnv, WhatItIgnoresIsWarnedOf) {
  const auto file = ParseSystemdEnv("export A=1\ns3cr3t\nB=\"\x01\"\n; c\nC=1\nD");
  ASSERT_TRUE(file);
  std::vector<std::string> warnings;
  for (const auto& w : file->warnings) warnings.push_back(std::to_string(w.line) + " " + w.message);
  EXPECT_THAT(warnings,
              ElementsAre("1 the name is not of letters, digits and '_': systemd ignores it",
                          "2 no '=': systemd ignores this line",
                          "3 B: the value holds a control character: systemd ignores it",
                          "6 no '=': systemd ignores this line"));
  EXPECT_EQ(Values("A=\"x\ty\nz\""), (Map{{"A", "x\ty\nz"}}));
}

TEST(SystemdEnv, WhatIsNotUtf8IsAnErrorButInComments) {
  EXPECT_EQ(Values("# \xE9\nA=1"), (Map{{"A", "1"}}));
  EXPECT_EQ(Values("A=1\nB=s3cr3t\xE9")["error"], "2: B: not UTF-8, which systemd refuses");
}

TEST(SystemdEnv, ALineIsTheNames) {
  const auto file = ParseSystemdEnv("A=\"x\ny\"\nB=1\\\n2\nC=3");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->entries.size(), 3U);
  EXPECT_EQ(file->entries[1].line, 3U);
  EXPECT_EQ(file->entries[2].line, 5U);
}

}  // namespace
}  // namespace release
