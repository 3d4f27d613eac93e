#include "release/command/exec_text.h"

#include <gtest/gtest.h>

namespace release {
namespace {

TEST(ExecText, PutsExecInFrontOfTheProgram) {
  EXPECT_EQ(ExecText("puma -p $PORT"), "exec puma -p $PORT");
  EXPECT_EQ(ExecText("A=1 B= puma > log"), "A=1 B= exec puma > log");
  EXPECT_EQ(ExecText("bin/web 'a b'"), "exec bin/web 'a b'");
}

TEST(ExecText, LeavesWhatIsMoreThanOneSimpleCommand) {
  for (const char* text : {"a && b", "a; b", "a | b", "(a)", "a &", "x=$(b) a", "a `b`", "a\nb"}) {
    EXPECT_EQ(ExecText(text), text);
  }
}

TEST(ExecText, LeavesWhatOnlyAShellKnows) {
  for (const char* text : {"exec puma", "cd x", "if", "", "  ", "A=1", "A='x y' puma", "$CMD x",
                           "'a b' c", "< in cat"}) {
    EXPECT_EQ(ExecText(text), text);
  }
}

TEST(ExecText, LeavesWhatTheShellDoesItself) {
  for (const char* text : {"echo 'a\\tb'", "printf %s", "test -f x", "[ -f x ]", "pwd"}) {
    EXPECT_EQ(ExecText(text), text);
    EXPECT_FALSE(MayBeParent(text));
  }
}

TEST(ExecText, TheShellIsAParentWhereItDoesNotGiveWay) {
  for (const char* text : {"a && b", "cd x; a", "(a)", "$CMD x", "if", "A='x y' puma"}) {
    EXPECT_TRUE(MayBeParent(text)) << text;
  }
  for (const char* text : {"a", "exec a", " exec a", "A=1 a"}) {
    EXPECT_FALSE(MayBeParent(text)) << text;
  }
}

}  // namespace
}  // namespace release
