#include "release/env/foreman_env.h"

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
  const ParsedFile file = ParseForemanEnv(text).value();
  Map map;
  for (const ParsedFile::Entry& entry : file.entries) map[entry.name] = entry.value;
  return map;
}

TEST(ForemanEnv, DoubleQuotesUnescape) {
  EXPECT_EQ(Values(R"(A="a\nb\\c\"d")"), (Map{{"A", "a\nb\\c\"d"}}));
  EXPECT_EQ(Values(R"(A="a\\nb")"), (Map{{"A", "a\\\nb"}}));  // newlines first, as foreman does
  EXPECT_EQ(Values(R"(A='a\nb')"), (Map{{"A", "a\\nb"}}));
}

TEST(ForemanEnv, AQuoteAloneIsAValue) {
  EXPECT_EQ(Values("A=\"\nB='"), (Map{{"A", "\""}, {"B", "'"}}));
}

TEST(ForemanEnv, WarnsOfLinesThatItIgnores) {
  const auto file = ParseForemanEnv("# c\n\n  # c\nA =1\nexport B=1\nC=1\n");
  ASSERT_TRUE(file);
  std::vector<std::string> warnings;
  for (const auto& w : file->warnings) warnings.push_back(std::to_string(w.line) + " " + w.message);
  EXPECT_THAT(warnings, ElementsAre("4 no NAME=value: foreman ignores this line",
                                    "5 no NAME=value: foreman ignores this line"));
}

}  // namespace
}  // namespace release
