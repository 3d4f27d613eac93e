#include "release/isolation/toml_pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "LINE a.b = x|y"
std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const TomlPair& pair : ReadTomlPairs(text)) {
    std::string line = std::to_string(pair.line) + " ";
    for (std::size_t i = 0; i < pair.keys.size(); ++i) line += (i == 0 ? "" : ".") + pair.keys[i];
    line += " =";
    for (const std::string& value : pair.strings) line += " " + value;
    lines.push_back(line);
  }
  return lines;
}

TEST(TomlPairs, ReadsTablesAndStrings) {
  EXPECT_THAT(Lines("a = 'x' # c\n[t.\"u v\"]\r\nb=\"y\\t\\\"z\\\"\"\n\n[[w]]\n c.d = \"e\"\n"),
              ElementsAre("1 a = x", "3 t.u v.b = y\t\"z\"", "6 w.c.d = e"));
}

TEST(TomlPairs, ReadsArraysAndInlineTables) {
  EXPECT_THAT(Lines("a = [ 'x', # c\n  \"y\", ]\nb = { v = '1', w = { z = '2' } }\nc = []\n"),
              ElementsAre("1 a = x y", "3 b.v = 1", "3 b.w.z = 2"));
}

TEST(TomlPairs, OtherValuesAreAsTheyAreWritten) {
  EXPECT_THAT(Lines("a = 1\nb = true\nc = [1, 2.5]\nd = 1979-05-27T07:32:00Z # c\n"),
              ElementsAre("1 a = 1", "2 b = true", "3 c = 1 2.5", "4 d = 1979-05-27T07:32:00Z"));
}

TEST(TomlPairs, AStringOverLinesHidesNoTable) {
  EXPECT_THAT(Lines("a = \"\"\"\n[tools]\nnode = '1'\n\"\"\"\nb = '''x\n[y]'''\nc = '2'\n"),
              ElementsAre("1 a = [tools]\nnode = '1'\n", "5 b = x\n[y]", "7 c = 2"));
}

TEST(TomlPairs, EndsAtWhatIsNoToml) {
  EXPECT_THAT(Lines("a = '1'\nb\nc = '2'\n"), ElementsAre("1 a = 1"));
  for (const char* text :
       {"", "=", "a", "a =", "a = '", "a = \"\\", "a = [", "a = {", "a = {b", "[", "[[", "[a",
        "[a]b", "a..b = 1", "\"", "a = \"\\u", "'''", "a = '''"}) {
    EXPECT_THAT(Lines(text), IsEmpty()) << text;
  }
}

TEST(TomlPairs, IsBounded) {
  EXPECT_THAT(Lines("a = " + std::string(100'000, '[')), IsEmpty());
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "k" + std::to_string(i) + " = 1\n";
  EXPECT_EQ(ReadTomlPairs(many).size(), kMaxTomlPairs);
  std::string deep = "a";
  for (int i = 0; i < 100; ++i) deep += ".a";
  EXPECT_THAT(Lines(deep + " = 1\n"), IsEmpty());
}

}  // namespace
}  // namespace release
