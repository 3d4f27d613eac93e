#include "config/variable_words.h"

#include <gtest/gtest.h>

namespace config {
namespace {

TEST(VariableWords, AreTakenByTheProgramsThatTheCommandNames) {
  EXPECT_EQ(VariableWordsOf({"rake", "x"}), VariableWords::kNames);
  EXPECT_EQ(VariableWordsOf({"bundle", "exec", "rake"}), VariableWords::kNames);
  EXPECT_EQ(VariableWordsOf({"./bin/rails", "db:migrate"}), VariableWords::kNames);
  EXPECT_EQ(VariableWordsOf({"mina", "deploy"}), VariableWords::kNames);
  EXPECT_EQ(VariableWordsOf({"jake", "hello"}), VariableWords::kAny);
  EXPECT_EQ(VariableWordsOf({"/usr/bin/make"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"nice", "env", "rake"}), VariableWords::kAny);
  EXPECT_EQ(VariableWordsOf({"echo", "x"}), VariableWords::kNone);
  EXPECT_EQ(VariableWordsOf({}), VariableWords::kNone);
}

TEST(VariableWords, MayReachMakeThroughAScriptOfTheApp) {
  EXPECT_EQ(VariableWordsOf({"bin/deploy", "x"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"./deploy"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"bundle", "exec", "script/x"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"sh", "-e", "deploy.sh"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"bin/deploy", "rake"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"npm", "run", "build"}), VariableWords::kMake);
  EXPECT_EQ(VariableWordsOf({"bin/rake", "x"}), VariableWords::kNames);
  EXPECT_EQ(VariableWordsOf({"python3", "manage.py", "x"}), VariableWords::kNone);
  EXPECT_EQ(VariableWordsOf({"php", "bin/console", "x"}), VariableWords::kNone);
  EXPECT_EQ(VariableWordsOf({"/usr/bin/dd", "if=x"}), VariableWords::kNone);
  EXPECT_EQ(VariableWordsOf({"echo", "a/b"}), VariableWords::kNone);
}

TEST(VariableWords, AreKnownAsTheProgramKnowsThem) {
  EXPECT_EQ(VariableOf("A=b=c", VariableWords::kNames), "A");
  EXPECT_EQ(VariableOf("x\nLD_PRELOAD=y", VariableWords::kNames), "LD_PRELOAD");
  EXPECT_EQ(VariableOf("a-b=c\nA=y", VariableWords::kNames), "A");
  EXPECT_EQ(VariableOf("import[a=b]", VariableWords::kNames), std::nullopt);
  EXPECT_EQ(VariableOf("=b", VariableWords::kNames), std::nullopt);
  EXPECT_EQ(VariableOf("x", VariableWords::kNames), std::nullopt);
  EXPECT_EQ(VariableOf("X!=id", VariableWords::kAny), "X!");
  EXPECT_EQ(VariableOf("BASH_FUNC_ls%%=() { id; }", VariableWords::kAny), "BASH_FUNC_ls%%");
  EXPECT_EQ(VariableOf("--x=y", VariableWords::kAny), std::nullopt);
  EXPECT_EQ(VariableOf("A=b", VariableWords::kNone), std::nullopt);
}

}  // namespace
}  // namespace config
