#include "config/confined_word.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace config {
namespace {

TEST(ConfinedWord, AStarMatchesNoSlashAndTwoStarsMatchAny) {
  EXPECT_TRUE(MatchesConfined("log/*", "log/app.log"));
  EXPECT_TRUE(MatchesConfined("log/*", "log/"));
  EXPECT_FALSE(MatchesConfined("log/*", "log/a/b"));
  EXPECT_TRUE(MatchesConfined("log/**", "log/a/b"));
  EXPECT_TRUE(MatchesConfined("log/*/*.log", "log/a/b.log"));
  EXPECT_FALSE(MatchesConfined("log/*/*.log", "log/a/b/c.log"));
  EXPECT_TRUE(MatchesConfined("log/**/*.log", "log/a/b/c.log"));
  EXPECT_TRUE(MatchesConfined("**a*b", "a/aXb"));
  EXPECT_FALSE(MatchesConfined("**a*b", "a/aX/b"));
  EXPECT_TRUE(MatchesConfined("***", "a/b"));
  EXPECT_TRUE(MatchesConfined("*", ""));
}

TEST(ConfinedWord, TaskNamesMatchAsTheyDid) {
  EXPECT_TRUE(MatchesConfined("db:*", "db:migrate:status"));
  EXPECT_TRUE(MatchesConfined("*:status", "db:migrate:status"));
  EXPECT_TRUE(MatchesConfined("import[*]", "import[a,b]"));
  EXPECT_TRUE(MatchesConfined("VERSION=*", "VERSION=20260101"));
  EXPECT_TRUE(MatchesConfined("*", "HEAD..main"));
  EXPECT_TRUE(MatchesConfined("*", "1..5"));
  EXPECT_TRUE(MatchesConfined("*", "v1...v2"));
  EXPECT_TRUE(MatchesConfined("*", "a..b"));
  EXPECT_TRUE(MatchesConfined("*", "HEAD~1"));
}

TEST(ConfinedWord, AComponentThatLeadsUpMatchesNoWildcard) {
  for (const char* const word :
       {"..",          "../x",     "a/..",         "a/../b", "./../x", "a//../b",  "--x=..",
        "--file=../x", "x:..",     "a,../b",       "@../x",  "-C..",   "-f../x",   "-xf../x",
        "-C./../x",    "x=-f../y", "import[../x]", "a ../b", "..;/x",  "\"../x\"", "..\n"}) {
    EXPECT_TRUE(PathsOf(word).parent) << word;
    EXPECT_FALSE(MatchesConfined("**", word)) << word;
    EXPECT_FALSE(IsConfined(word)) << word;
  }
  EXPECT_FALSE(MatchesConfined("log/**", "log/../.env"));
  EXPECT_FALSE(MatchesConfined("../log/*", "../log/x"));
  EXPECT_TRUE(MatchesConfined("../log/x", "../log/x"));
  for (const char* const word :
       {"...", "a..", "..a", "a/..b", "a/b..", ".", "./a", "--..", "a/..."}) {
    EXPECT_FALSE(PathsOf(word).parent) << word;
    EXPECT_TRUE(MatchesConfined("**", word)) << word;
  }
}

TEST(ConfinedWord, AnAbsolutePathMatchesWhereThePatternIsAbsolute) {
  for (const char* const word :
       {"/", "/etc/passwd", "//etc", "--file=/etc/passwd", "@/etc/passwd", "-C/", "-xf/etc/x",
        "a:/etc", "--x=a:/etc", "a,/etc", "file:///etc/passwd", "https://example.com/x", "~/x",
        "~root/x", "--x=~/y", "-C~/y", "import[/etc/x]"}) {
    EXPECT_FALSE(PathsOf(word).absolute.empty()) << word;
    EXPECT_FALSE(MatchesConfined("**", word)) << word;
    EXPECT_FALSE(IsConfined(word)) << word;
  }
  EXPECT_TRUE(MatchesConfined("/var/log/*", "/var/log/syslog"));
  EXPECT_FALSE(MatchesConfined("/var/log/*", "/var/log/nginx/access.log"));
  EXPECT_TRUE(MatchesConfined("/var/log/**", "/var/log/nginx/access.log"));
  EXPECT_TRUE(MatchesConfined("--file=/var/**", "--file=/var/x"));
  EXPECT_FALSE(MatchesConfined("--file=**", "--file=/var/x"));
  EXPECT_TRUE(MatchesConfined("-C/srv/*", "-C/srv/x"));
  EXPECT_TRUE(MatchesConfined("https://example.com/**", "https://example.com/a/b"));
  EXPECT_TRUE(MatchesConfined("~/*", "~/x"));
  EXPECT_TRUE(MatchesConfined("*", "backup~"));
}

TEST(ConfinedWord, AStarBeforeASlashMakesNoPatternAbsolute) {
  EXPECT_FALSE(MatchesConfined("*/etc/passwd", "/etc/passwd"));
  EXPECT_FALSE(MatchesConfined("**/etc/**", "/etc/passwd"));
  EXPECT_FALSE(MatchesConfined("*/x", "a=/x"));
  EXPECT_FALSE(MatchesConfined("-*/x", "-C/x"));
  EXPECT_TRUE(MatchesConfined("*/x", "a/x"));
}

TEST(ConfinedWord, ALongWordTakesNoLongTime) {
  std::string glob;
  for (int i = 0; i < 200; ++i) glob += "a**";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(MatchesConfined(glob + "b", std::string(32'768, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace config
