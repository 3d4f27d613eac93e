#include "release/command/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "release/command/shell_advice.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Words = std::vector<std::string>;

Words WordsOf(std::string_view string) {
  const auto line = ParseCommandLine(string);
  if (!line) return {"refused: " + line.error().message};
  if (line->needs_shell) return {"shell: " + line->needs_shell->what};
  return line->words;
}

// The refusal that somebody without a shell gets.
std::string RefusalOf(std::string_view string) {
  const auto line = ParseCommandLine(string);
  if (!line) return line.error().message;
  if (!line->needs_shell) return "accepted";
  const Refusal refusal = RefuseShell(*line->needs_shell);
  EXPECT_EQ(refusal.status, kUsage);
  return refusal.message;
}

std::size_t ColumnOf(std::string_view string) {
  const auto line = ParseCommandLine(string);
  return line && line->needs_shell ? line->needs_shell->column : 0;
}

TEST(CommandLine, IsSplitAtSpacesAndTabs) {
  EXPECT_THAT(WordsOf("rake db:migrate"), ElementsAre("rake", "db:migrate"));
  EXPECT_THAT(WordsOf(" \t rake \t x  "), ElementsAre("rake", "x"));
}

TEST(CommandLine, SingleQuotesKeepEverything) {
  EXPECT_THAT(WordsOf("a 'b $x `y` \"c\" \\ ;|&<>()*?~#' d"),
              ElementsAre("a", "b $x `y` \"c\" \\ ;|&<>()*?~#", "d"));
  EXPECT_THAT(WordsOf("a 'b\nc'"), ElementsAre("a", "b\nc"));
}

TEST(CommandLine, DoubleQuotesKeepAllButTheirBackslashes) {
  EXPECT_THAT(WordsOf(R"(a "b 'c' ;|&<>()*?~#" d)"), ElementsAre("a", "b 'c' ;|&<>()*?~#", "d"));
  EXPECT_THAT(WordsOf(R"(a "\$x \` \" \\ \n")"), ElementsAre("a", "$x ` \" \\ \\n"));
  EXPECT_THAT(WordsOf("a \"b\\\nc\""), ElementsAre("a", "bc"));
}

TEST(CommandLine, ABackslashQuotesTheNextByte) {
  EXPECT_THAT(WordsOf(R"(a\ b \$x \; \* \~ \# \' \" \\)"),
              ElementsAre("a b", "$x", ";", "*", "~", "#", "'", "\"", "\\"));
  EXPECT_THAT(WordsOf("a\\\nb \\\n c"), ElementsAre("ab", "c"));
}

TEST(CommandLine, EmptyQuotesAreAWord) {
  EXPECT_THAT(WordsOf("a '' \"\" b''"), ElementsAre("a", "", "", "b"));
}

TEST(CommandLine, PartsOfAWordAreJoined) {
  EXPECT_THAT(WordsOf(R"(a'b'"c"\d)"), ElementsAre("abcd"));
  EXPECT_THAT(WordsOf(R"(say "it's")"), ElementsAre("say", "it's"));
}

TEST(CommandLine, WhatOnlyLooksSpecialIsLiteral) {
  EXPECT_THAT(
      WordsOf("rake db:seed[10] HEAD@{1} a#b a~b x=~y % ^ , {} {a} {a b,c} a..b }{ , !x [1-9]"),
      ElementsAre("rake", "db:seed[10]", "HEAD@{1}", "a#b", "a~b", "x=~y", "%", "^", ",", "{}",
                  "{a}", "{a", "b,c}", "a..b", "}{", ",", "!x", "[1-9]"));
  EXPECT_THAT(WordsOf("echo {'a,b'} '{a,b}' \\{a,b} {a\\,b}"),
              ElementsAre("echo", "{a,b}", "{a,b}", "{a,b}", "{a,b}"));
}

TEST(CommandLine, BytesThatAreNotUtf8PassUnchanged) {
  EXPECT_THAT(WordsOf("a \xff\xfe '\x80 \r'"), ElementsAre("a", "\xff\xfe", "\x80 \r"));
}

TEST(CommandLine, NamesTheColumnOfWhatNeedsAShell) {
  EXPECT_EQ(ColumnOf("echo $x"), 6U);
  EXPECT_EQ(ColumnOf("echo a$"), 7U);
  EXPECT_EQ(ColumnOf("echo \"a $x\""), 9U);
  EXPECT_EQ(ColumnOf("echo \"`x`\""), 7U);
  EXPECT_EQ(ColumnOf("echo `x`"), 6U);
  for (const char c : std::string(";|&<>()*?\n")) {
    EXPECT_EQ(ColumnOf(std::string("echo ab") + c + "c"), 8U) << c;
    EXPECT_EQ(ColumnOf(std::string("echo 'ab") + c + "'"), 0U) << c;
  }
  EXPECT_EQ(ColumnOf("\n echo ab \n\n"), 0U);  // it is one command
  EXPECT_EQ(ColumnOf("ls ~"), 4U);
  EXPECT_EQ(ColumnOf("ls ~/x"), 4U);
  EXPECT_EQ(ColumnOf("ls #x"), 4U);
  EXPECT_EQ(ColumnOf("cp x.{a,b}"), 6U);
  EXPECT_EQ(ColumnOf("cp {1..3}"), 4U);
  EXPECT_EQ(ColumnOf("cp {a{b,c}"), 6U);
  EXPECT_EQ(ColumnOf("cp {a{b}c,d}"), 4U);
  EXPECT_EQ(ColumnOf("\xc3\xa9 $"), 4U);  // bytes, not characters
  EXPECT_EQ(ColumnOf("run:explain A=1 x | y"), 19U);
}

TEST(CommandLine, TheFirstThingThatNeedsAShellIsTheOneNamed) {
  EXPECT_EQ(ColumnOf("a > b | c $d"), 3U);
  EXPECT_EQ(ColumnOf("cd x && a"), 1U);
}

TEST(CommandLine, AFirstWordThatOnlyAShellKnowsNeedsAShell) {
  for (const char* word : {"cd", "export", "source", ".", "if", "!", "{", "while", "eval", "exec",
                           "set", "umask", "[[", ":"}) {
    EXPECT_EQ(ColumnOf(std::string("  ") + word + " x"), 3U) << word;
    EXPECT_EQ(ColumnOf(std::string("env ") + word + " x"), 0U) << word;
  }
  EXPECT_EQ(ColumnOf("A=1 cd x"), 5U);
  EXPECT_THAT(WordsOf("test -f x"), ElementsAre("test", "-f", "x"));
}

std::string AdviceFor(const std::string& text) {
  App app;
  app.root = "/srv/shop";
  auto line = ParseCommandLine(text);
  if (!line || !line->needs_shell) return "none";
  AdviseAboutFolder(app, "/srv/shop/releases/v2", *line->needs_shell);
  return line->needs_shell->advice;
}

TEST(CommandLine, SaysWhatToTypeInsteadOfCd) {
  EXPECT_EQ(RefusalOf("cd /srv/shop/current && rake x"),
            "'cd', a word that only a shell knows, at column 1 needs a shell; every command starts "
            "in the release's folder");
  EXPECT_EQ(AdviceFor("cd /srv/shop/current && rake x"), "you are already in the release: rake x");
  EXPECT_EQ(AdviceFor("cd /srv/shop/releases/v2/; rake x; rake y"),
            "you are already in the release: rake x; rake y");
  EXPECT_EQ(AdviceFor("cd '/srv/shop/current'"),
            "every command starts in the release: you are already there");
}

TEST(CommandLine, ACdElsewhereIsNotTheRelease) {
  for (const char* text :
       {"cd /tmp && pwd", "cd app; ls", "cd /srv/shop", "cd /srv/shop/releases/v1"}) {
    EXPECT_EQ(AdviceFor(text),
              "every command starts in the release's folder, /srv/shop/releases/v2; name files "
              "elsewhere by their paths")
        << text;
  }
}

TEST(CommandLine, SaysHowToKeepTheQuotesOfProgramText) {
  EXPECT_EQ(RefusalOf("rails runner User.find(3)"),
            "an unquoted '(' at column 23 needs a shell; quote it once more: \"rails runner "
            "'User.find(3)'\", or rails runner - < fix.rb");
  EXPECT_EQ(RefusalOf("A=1 bundle exec rails runner puts User.find(3)"),
            "an unquoted '(' at column 44 needs a shell; quote it once more: \"bundle exec rails "
            "runner 'puts User.find(3)'\", or rails runner - < fix.rb");
  EXPECT_EQ(RefusalOf("python3 -c print('a')"),
            "an unquoted '(' at column 17 needs a shell; quote the program text once more, or "
            "python3 - < fix.py");
  EXPECT_EQ(RefusalOf("bin/rails runner User.all; nil"),
            "an unquoted ';' at column 26 needs a shell; quote it once more: \"bin/rails runner "
            "'User.all; nil'\", or rails runner - < fix.rb");
}

TEST(CommandLine, SaysWhatToDoAboutEachCharacter) {
  EXPECT_EQ(RefusalOf("rake x | less"),
            "an unquoted '|' at column 8 needs a shell; a pipe belongs to your side: leave it "
            "outside the quotes, and it runs on your machine");
  EXPECT_EQ(RefusalOf("rake x > out"),
            "an unquoted '>' at column 8 needs a shell; a redirection belongs to your side: leave "
            "it outside the quotes, and the file is on your machine");
  EXPECT_EQ(RefusalOf("rake x && rake y"),
            "an unquoted '&' at column 8 needs a shell; type one command at a time, each with its "
            "own ssh; a run in the background is ended with its command");
  EXPECT_EQ(RefusalOf("a\nb"),
            "an unquoted newline at column 2 needs a shell; type one command at a time, each with "
            "its own ssh");
  EXPECT_EQ(RefusalOf("echo \"$HOME\""),
            "'$' in double quotes at column 7 needs a shell; variables are not expanded here: type "
            "the value; if it is meant literally, quote it once more (your own shell takes the "
            "first quotes off)");
  EXPECT_EQ(RefusalOf("ls ~/x"),
            "'~' at a word's start at column 4 needs a shell; home directories are not expanded "
            "here: type the path");
  EXPECT_EQ(RefusalOf("export A=1"),
            "'export', a word that only a shell knows, at column 1 needs a shell; config comes "
            "with the release; for one command, NAME=value stands in front of it");
}

TEST(CommandLine, AnOpenQuoteIsRefusedWithItsColumn) {
  EXPECT_EQ(RefusalOf("echo 'a b"), "the single quote that opens at column 6 is not closed");
  EXPECT_EQ(RefusalOf("echo a \"b \\\""), "the double quote that opens at column 8 is not closed");
  EXPECT_EQ(RefusalOf("echo a\\"), "the backslash at column 7 quotes nothing");
  EXPECT_EQ(RefusalOf("echo \"a\\"), "the double quote that opens at column 6 is not closed");
  EXPECT_EQ(RefusalOf("echo it's"), "the single quote that opens at column 8 is not closed");
}

TEST(CommandLine, IsBoundedAndHoldsNoZeroByte) {
  EXPECT_EQ(RefusalOf(std::string(kMaxCommandLine, 'x')), "accepted");
  EXPECT_EQ(RefusalOf(std::string(kMaxCommandLine + 1, 'x')),
            "the command is longer than 131071 bytes");
  EXPECT_EQ(RefusalOf(std::string_view("a\0b", 3)), "the command holds a zero byte");
}

TEST(CommandLine, NothingTypedIsBare) {
  for (const char* text : {"", "  \t", "run:nopty "}) {
    const auto line = ParseCommandLine(text);
    ASSERT_TRUE(line) << text;
    EXPECT_TRUE(line->bare()) << text;
    EXPECT_EQ(line->text, "") << text;
  }
  EXPECT_FALSE(ParseCommandLine("''")->bare());
  EXPECT_FALSE(ParseCommandLine("|")->bare());
}

TEST(CommandLine, LeadingAssignmentsAreEnvironment) {
  const auto line = ParseCommandLine("VERBOSE=1 _x='a b' Y= rake A=2 db:migrate");
  ASSERT_TRUE(line);
  ASSERT_EQ(line->assignments.size(), 3U);
  EXPECT_EQ(line->assignments[0].name, "VERBOSE");
  EXPECT_EQ(line->assignments[0].value, "1");
  EXPECT_EQ(line->assignments[1].name, "_x");
  EXPECT_EQ(line->assignments[1].value, "a b");
  EXPECT_EQ(line->assignments[2].value, "");
  EXPECT_THAT(line->words, ElementsAre("rake", "A=2", "db:migrate"));
}

TEST(CommandLine, OnlyAPlainNameMakesAnAssignment) {
  EXPECT_THAT(WordsOf("'A=1' x"), ElementsAre("A=1", "x"));
  EXPECT_THAT(WordsOf("A\\=1 x"), ElementsAre("A=1", "x"));
  EXPECT_THAT(WordsOf("\"A\"=1 x"), ElementsAre("A=1", "x"));
  EXPECT_THAT(WordsOf("1A=1 x"), ElementsAre("1A=1", "x"));
  EXPECT_THAT(WordsOf("=1 x"), ElementsAre("=1", "x"));
  EXPECT_THAT(WordsOf("a-b=1 x"), ElementsAre("a-b=1", "x"));
  EXPECT_EQ(RefusalOf("A=1 B=2"),
            "NAME=value words stand in front of a command, and there is none");
}

TEST(CommandLine, LeadingRunWordsAreTakenOff) {
  const auto line = ParseCommandLine(" run:nopty run:explain  A=1 rake 'x  y' ");
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->run.explain);
  EXPECT_TRUE(line->run.no_pty);
  EXPECT_EQ(line->text, "A=1 rake 'x  y' ");
  EXPECT_THAT(line->words, ElementsAre("rake", "x  y"));
}

TEST(CommandLine, ARunWordBehindTheCommandIsTheCommands) {
  EXPECT_THAT(WordsOf("rake run:explain"), ElementsAre("rake", "run:explain"));
}

TEST(CommandLine, RunWordsThatAreNotActedOnAreRefused) {
  EXPECT_EQ(RefusalOf("run:nowait x"), "run:nowait is not acted on by this version");
  EXPECT_EQ(RefusalOf("run:reason='a b' x"), "run:reason is not acted on by this version");
  EXPECT_EQ(RefusalOf("run:once=k x"), "run:once is not acted on by this version");
  EXPECT_EQ(RefusalOf("run:bogus x"),
            "run:bogus: no such word; there are run:detached, run:explain and run:nopty");
  EXPECT_EQ(RefusalOf("run: x"),
            "run:: no such word; there are run:detached, run:explain and run:nopty");
  EXPECT_EQ(RefusalOf("A=1 run:explain x"), "run:explain has to stand in front of everything else");
  EXPECT_EQ(RefusalOf("run:$x y"), "a run: word is plain; see column 5");
}

TEST(CommandLine, TheWholeTextGoesToAShell) {
  const auto line = ParseCommandLine("run:explain A=1 x | y ");
  ASSERT_TRUE(line);
  ASSERT_TRUE(line->needs_shell);
  EXPECT_EQ(line->text, "A=1 x | y ");
  EXPECT_THAT(line->words, IsEmpty());
  EXPECT_THAT(line->assignments, IsEmpty());
  EXPECT_TRUE(line->run.explain);
}

TEST(PlainWords, AreTheWordsOfATextThatNeedsNoShell) {
  EXPECT_THAT(PlainWords("bundle exec rails console"),
              ElementsAre("bundle", "exec", "rails", "console"));
  EXPECT_THAT(PlainWords("A=1 rake x"), ElementsAre("rake", "x"));
  EXPECT_THAT(PlainWords("puma -p $PORT"), IsEmpty());
  EXPECT_THAT(PlainWords("cd x"), IsEmpty());
  EXPECT_THAT(PlainWords("it's"), IsEmpty());
}

TEST(CommandLine, WordsThatAreSplitAlreadyStayWhatTheyAre) {
  const std::vector<std::string> words = {"php", "a b", "",   "$HOME", "it's",
                                          "x;y", "*",   "\n", "A=1"};
  const auto line = ParseCommandLine(Retyped(words));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->words, words);
}

TEST(CommandLine, LeadingAssignmentsThatAreSplitAlreadyStayAssignments) {
  const auto line = ParseCommandLine(Retyped({"A=1", "B=x y; z", "env", "C=3"}));
  ASSERT_TRUE(line);
  ASSERT_EQ(line->assignments.size(), 2U);
  EXPECT_EQ(line->assignments[1].value, "x y; z");
  EXPECT_EQ(line->words, (std::vector<std::string>{"env", "C=3"}));
}

TEST(CommandLine, AssignmentsBehindARunWordStayAssignmentsToo) {
  const auto line = ParseCommandLine(Retyped({"run:explain", "B=x y", "env"}));
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->run.explain);
  ASSERT_EQ(line->assignments.size(), 1U);
  EXPECT_EQ(line->assignments[0].value, "x y");
}

TEST(CommandLine, NewlinesInFrontAndAtTheEndAreNoSecondCommand) {
  for (const char* text : {"rake db:migrate\n", "\nrake db:migrate", " \n\t\nrake db:migrate \n\n ",
                           "run:explain rake db:migrate\n"}) {
    const auto line = ParseCommandLine(text);
    ASSERT_TRUE(line) << text;
    EXPECT_FALSE(line->needs_shell) << text;
    EXPECT_EQ(line->words, (std::vector<std::string>{"rake", "db:migrate"}));
    EXPECT_EQ(line->text, text[1] == '\n' ? "rake db:migrate " : "rake db:migrate") << text;
  }
  EXPECT_TRUE(ParseCommandLine("\n")->bare());
  EXPECT_EQ(ParseCommandLine("echo 'a\n'\n")->words[1], "a\n");
  EXPECT_EQ(ParseCommandLine("echo a\\ \n")->words[1], "a ");
  EXPECT_EQ(ParseCommandLine("\na\nb\n")->needs_shell->column, 3U);
  EXPECT_EQ(ParseCommandLine("a &&\nb")->needs_shell->what, "an unquoted '&'");
}

}  // namespace
}  // namespace release
