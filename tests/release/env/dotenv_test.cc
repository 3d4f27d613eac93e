#include "release/env/dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Map = std::map<std::string, std::string>;

base::Result<ParsedFile> Parse(std::string_view text, const Map& earlier = {}) {
  return ParseDotenv(text, [&](std::string_view name) -> const std::string* {
    const auto found = earlier.find(std::string(name));
    return found == earlier.end() ? nullptr : &found->second;
  });
}

Map MapOf(const ParsedFile& file) {
  Map map;
  for (const ParsedFile::Entry& entry : file.entries) map[entry.name] = entry.value;
  return map;
}

Map Values(std::string_view text, const Map& earlier = {}) {
  const auto file = Parse(text, earlier);
  return file ? MapOf(*file) : Map{{"error", file.error().message()}};
}

std::string ErrorOf(std::string_view text) {
  const auto file = Parse(text);
  return file ? "accepted" : file.error().message();
}

std::vector<std::string> WarningsOf(std::string_view text) {
  std::vector<std::string> lines;
  const auto file = Parse(text);
  for (const auto& warning : file.value().warnings) {
    lines.push_back(std::to_string(warning.line) + ": " + warning.message);
  }
  return lines;
}

TEST(Dotenv, KnowsTheLineOfEachVariable) {
  const auto file = Parse("# c\r\nA=1\r\n\r\nexport\nB='x\ny'\nC=3 # c\n# d\nD=4\n");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->entries.size(), 4U);
  EXPECT_EQ(file->entries[0].line, 2U);
  EXPECT_EQ(file->entries[1].line, 5U);
  EXPECT_EQ(file->entries[1].value, "x\ny");
  EXPECT_EQ(file->entries[2].line, 7U);
  EXPECT_EQ(file->entries[3].line, 9U);
}

TEST(Dotenv, AQuoteThatDoesNotCloseBeforeTheLinesEndIsPartOfTheValue) {
  EXPECT_EQ(Values("A='b' c\nB=d"), (Map{{"A", "'b' c"}, {"B", "d"}}));
  EXPECT_EQ(Values("A='b\\'\nB='c'"), (Map{{"A", "b\\"}, {"B", "c"}}));
  EXPECT_EQ(Values("A=\"b\\\" # c"), (Map{{"A", "b\\"}}));
}

TEST(Dotenv, ASeparatorMayBeOnAnotherLine) {
  EXPECT_EQ(Values("A\n=b"), (Map{{"A", "b"}}));
  EXPECT_EQ(Values("A=\nB=c"), (Map{{"A", ""}, {"B", "c"}}));
  EXPECT_EQ(Values("A=\n'b'"), (Map{{"A", "b"}}));
  EXPECT_EQ(Values("A:\nB=c"), (Map{{"A", "B=c"}}));
  EXPECT_EQ(Values("A:b"), Map{});
}

TEST(Dotenv, VariablesComeFromTheFileFirst) {
  EXPECT_EQ(Values("A=1\nB=$A${C}\nA=2\nD=$A", {{"A", "0"}, {"C", "3"}}),
            (Map{{"A", "2"}, {"B", "13"}, {"D", "2"}}));
  EXPECT_EQ(Values("A=x$NONE-y"), (Map{{"A", "x-y"}}));
  EXPECT_EQ(Values("A=$ ${} $-"), (Map{{"A", "$ ${} $-"}}));
  EXPECT_EQ(Values("A=\\$X \\${X}", {{"X", "1"}}), (Map{{"A", "$X ${X}"}}));
}

TEST(Dotenv, LegacyLineBreaksAreAskedFor) {
  EXPECT_EQ(Values("DOTENV_LINEBREAK_MODE=legacy\nA=\"x\\ny\\r\"")["A"], "x\ny\r");
  EXPECT_EQ(Values("A=\"x\\ny\"", {{"DOTENV_LINEBREAK_MODE", "legacy"}})["A"], "x\ny");
}

TEST(Dotenv, ACommandSubstitutionIsAnErrorThatShowsNothingOfIt) {
  EXPECT_EQ(ErrorOf("A=1\n\nTOKEN=x$(cat secret)"),
            "3: TOKEN: a command substitution: dotenv would run it, oneoff does not");
  EXPECT_EQ(Values("A='$(x)'"), (Map{{"A", "$(x)"}}));
  EXPECT_EQ(Values("A=\"\\$(x)\""), (Map{{"A", "$(x)"}}));
  EXPECT_EQ(Values("A=$(x"), (Map{{"A", "$(x"}}));
  EXPECT_EQ(Values("A=$()"), (Map{{"A", "$()"}}));
  EXPECT_NE(ErrorOf("A=$((1))"), "accepted");
  EXPECT_EQ(Values("A=$(x())"), (Map{{"A", "$(x())"}}));
  EXPECT_NE(ErrorOf("A=$(x()$(y)"), "accepted");
  std::string open = "A=";
  for (int i = 0; i < 60000; ++i) open += "$(";
  EXPECT_EQ(Values(open)["A"], open.substr(2));  // and is not looked through again and again
}

TEST(Dotenv, AnExportOfWhatIsNotSetIsAnError) {
  EXPECT_EQ(ErrorOf("export SECRET"), "1: SECRET: exported, but not set before");
  EXPECT_EQ(Values("A=1\nexport A"), (Map{{"A", "1"}}));
  EXPECT_EQ(Values("export=5"), (Map{{"export", "5"}}));
}

TEST(Dotenv, AZeroByteIsAnError) {
  EXPECT_EQ(ErrorOf(std::string_view("A=x\0y", 5)), "1: A: the value holds a zero byte");
}

TEST(Dotenv, WarnsOfWhatDotenvDropsInSilence) {
  EXPECT_THAT(WarningsOf("A=1\na-b=secret\n\n-x\n# fine\n  # fine\n"),
              ElementsAre("2: no NAME=value: dotenv ignores this line",
                          "4: no NAME=value: dotenv ignores this line"));
  EXPECT_THAT(WarningsOf("\xEF\xBB\xBF"
                         "A=1\nB=2"),
              ElementsAre("1: the byte order mark in front makes dotenv ignore this line"));
  EXPECT_THAT(WarningsOf("PASSWORD=abc#def"),
              ElementsAre("1: PASSWORD: dotenv ends the value at the '#'; quote the value if it "
                          "goes on"));
  EXPECT_THAT(WarningsOf("PASSWORD"), ElementsAre("1: no '=': dotenv sets the name to nothing"));
  EXPECT_THAT(WarningsOf("A=b # c\nB='x'#c\nC=\nD: e\n"), IsEmpty());
}

TEST(Dotenv, IsBounded) {
  EXPECT_THAT(WarningsOf([] {
                std::string junk;
                for (int i = 0; i < 1000; ++i) junk += "-\n";
                return junk;
              }())
                  .size(),
              20U);
  const std::string big(kMaxValue, 'x');
  EXPECT_EQ(Values("A=" + big)["A"], big);
  EXPECT_EQ(ErrorOf("A=" + big + "x"), "1: A: NAME=value is longer than 131071 bytes");
  EXPECT_EQ(ErrorOf("A=" + big + "\nB=$A$A"), "2: B: NAME=value is longer than 131071 bytes");
  std::string many = "A=" + big + "\n";
  for (int i = 0; i < 20; ++i) many += "B=$A\n";
  EXPECT_EQ(ErrorOf(many), "17: B: the file's values are too large together");
}

TEST(Dotenv, JunkIsNoTrouble) {
  std::string junk;
  for (int i = 0; i < 65536; ++i) junk += static_cast<char>(i * 7919 >> 3);
  (void)Parse(junk);
  for (const char* text : {"", "\n", "=", "'", "A='", "A=\"\\", "export", "export ", "$", "A=\\",
                           "A=$", "A=${", "A=\\$", ":", "A:", "A: ", "\\"}) {
    (void)Parse(text);
  }
}

}  // namespace
}  // namespace release
