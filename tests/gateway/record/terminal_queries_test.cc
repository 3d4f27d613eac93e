#include "gateway/record/terminal_queries.h"

#include <gtest/gtest.h>

#include <string>

namespace record {
namespace {

using namespace std::string_literals;

std::string Left(std::string_view bytes) { return TerminalQueries().Without(bytes); }

TEST(TerminalQueries, TextAndWhatShowsItPassByteForByte) {
  for (const std::string& shown :
       {"plain\r\n\t\b\x07"s, "caf\xc3\xa9 \xe2\x82\xac \xc2\xa0 \xf0\x9f\x98\x80 \xc4\x9b"s,
        "\x1b[1;31mred\x1b[0m"s, "\x1b[38:2::1:2:3m"s, "\x1b[2J\x1b[H\x1b[10;20H\x1b[K\x1b[?2J"s,
        "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2026h"s, "\x1b[4h\x1b[4l"s,
        "\x1b]8;;https://example.com/?a=b\x1b\\link\x1b]8;;\x1b\\"s, "\x1b]8;;x\x07"s,
        "\x1b(B\x1b)0\x1b#8\x1b"
        "7\x1b"
        "8\x1b"
        "c"s,
        "\x1b[2 q\x1b[!p\x1b[5;10r"s, "\x1bP0;1q#0;2;0;0;0-~~\x1b\\"s, "\x1b[u\x1b[s"s}) {
    EXPECT_EQ(Left(shown), shown);
  }
}

TEST(TerminalQueries, ControlsOfTheWritingDirectionAreTakenOut) {
  EXPECT_EQ(Left("a\u202eb\u200fc\u2066d\u2069e"), "abcde");
  EXPECT_EQ(Left("a\u2026b\u200bc\u206ad"), "a\u2026b\u200bc\u206ad");
  for (const char* split : {"\xe2\xe2\x80\xe2\x80\xaex", "\xe2\x80\x05\xaex",
                            "\xe2\x80\xe2\x80\xae\xaex", "\xe2\x80\xc2\x1b[c\xaex"}) {
    EXPECT_EQ(Left(split).find("\xe2"), std::string::npos);
  }
  TerminalQueries queries;
  EXPECT_EQ(queries.Without("a\xe2"), "a");
  EXPECT_EQ(queries.Without("\x82"), "");
  EXPECT_EQ(queries.Without("\xac"), "\u20ac");
  EXPECT_EQ(queries.Without("\xe2\x80"), "");
  EXPECT_EQ(queries.Without("\xae!"), "!");
}

TEST(TerminalQueries, QuestionsAreTakenOut) {
  for (const std::string& asked : {"\x05"s,
                                   "\x1bZ"s,
                                   "\x1b[c"s,
                                   "\x1b[0c"s,
                                   "\x1b[>c"s,
                                   "\x1b[=c"s,
                                   "\x1b[5n"s,
                                   "\x1b[6n"s,
                                   "\x1b[?6n"s,
                                   "\x1b[x"s,
                                   "\x1b[?2026$p"s,
                                   "\x1b[4$p"s,
                                   "\x1b[1$w"s,
                                   "\x1b[>q"s,
                                   "\x1b[>0q"s,
                                   "\x1b[14t"s,
                                   "\x1b[18t"s,
                                   "\x1b[21t"s,
                                   "\x1b[?u"s,
                                   "\x1b[?1;1;0S"s,
                                   "\x1b[?4m"s,
                                   "\x1b[1;1;1;1;1;1*y"s,
                                   "\x1b[1'|"s,
                                   "\x1b[#R"s,
                                   "\x1bP$qm\x1b\\"s,
                                   "\x1bP+q544e\x1b\\"s,
                                   "\x1b]10;?\x07"s,
                                   "\x1b]11;?\x1b\\"s,
                                   "\x1b]4;1;?\x07"s,
                                   "\x1b_Gi=1,a=q;AAAA\x1b\\"s,
                                   "\xc2\x9b"
                                   "6n"s,
                                   "\xc2\x9a"s}) {
    EXPECT_EQ(Left("a" + asked + "b"), "ab") << testing::PrintToString(asked);
  }
}

TEST(TerminalQueries, WhatChangesTheKeyboardTheMouseOrThingsBeyondTheWindowIsTakenOut) {
  for (const std::string& beyond : {"\x1b[>4;2m"s,
                                    "\x1b[>1u"s,
                                    "\x1b[=1;1u"s,
                                    "\x1b[<u"s,
                                    "\x1b[?1h"s,
                                    "\x1b[?1000h"s,
                                    "\x1b[?1004;1006h"s,
                                    "\x1b[?2004h"s,
                                    "\x1b[?2048h"s,
                                    "\x1b[?9001h"s,
                                    "\x1b[2h"s,
                                    "\x1b[20h"s,
                                    "\x1b="s,
                                    "\x1b>"s,
                                    "\x1b%@"s,
                                    "\x1b%G"s,
                                    "\x1b G"s,
                                    "\x1b]52;c;AAAA\x07"s,
                                    "\x1b[5i"s,
                                    "\x1b[4i"s,
                                    "\x1b[8;24;80t"s,
                                    "\x1b[2t"s,
                                    "\x1b[22;0t"s,
                                    "\x1b]0;title\x07"s,
                                    "\x1b]4;1;rgb:00/00/00\x07"s,
                                    "\x1b]7;file:///\x07"s,
                                    "\x1b]1337;File=x:AAAA\x07"s,
                                    "\x1bP1000p\x1b\\"s,
                                    "\x1b^private\x1b\\"s,
                                    "\x1bXstring\x1b\\"s,
                                    "\x1b]99;;note\x1b\\"s}) {
    EXPECT_EQ(Left("a" + beyond + "b"), "ab") << testing::PrintToString(beyond);
  }
  EXPECT_EQ(Left("\x1b[?1049;1000;25h"), "\x1b[?1049;25h");
  EXPECT_EQ(Left("a\x1bPtmux;\x1b\x1b[6n\x1b\\b"), "a\x1b\\b");
}

TEST(TerminalQueries, AQuestionIsFoundHoweverItIsCut) {
  const std::string bytes =
      "a\x1b[6nb\x1b]11;?\x07"
      "c\x1bP$qm\x1b\\d\xc2\x9b"
      "6ne\xc3\xa9\x1b[1mf";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    TerminalQueries queries;
    std::string left = queries.Without(std::string_view(bytes).substr(0, cut));
    left += queries.Without(std::string_view(bytes).substr(cut));
    EXPECT_EQ(left, "abcde\xc3\xa9\x1b[1mf") << cut;
  }
}

TEST(TerminalQueries, AQuestionCannotBeHiddenInAnother) {
  EXPECT_EQ(Left("\x1b[\x1b[6nx"), "x");
  EXPECT_EQ(Left("\x1b[\x05"
                 "6nx"),
            "x");
  EXPECT_EQ(Left("\x1b]0;t\x1b[6nx"), "x");
  EXPECT_EQ(Left("\x1b]0;t\xc2\x9c\xc2\x9b"
                 "6n\x07x"),
            "x");
  EXPECT_EQ(Left("\x1b\xc2\x9b"
                 "6nx"),
            "x");
  EXPECT_EQ(Left("\x1b(\xc2\x9b"
                 "6nx"),
            "x");
  EXPECT_EQ(Left("\x1bP0q\xc2\x9b"
                 "6n\x1b\\x")
                .find('\x9b'),
            std::string::npos);
  EXPECT_EQ(Left("\x1b[6\x7fnx"), "x");
  EXPECT_EQ(Left("\x1b[6\nnx"), "\nx");
  EXPECT_EQ(Left("\xc2\x1b[6n\x9b"
                 "6nx"),
            "6nx");
  EXPECT_EQ(Left("\x9b"
                 "6nx\xff\x85"),
            "6nx\xff");
  EXPECT_EQ(Left("\xe2\x1b[6n\x9b"
                 "6nx"),
            "6nx");
}

TEST(TerminalQueries, WhatIsNeverOverHoldsLittleAndLosesNoTextBehindIt) {
  TerminalQueries queries;
  EXPECT_EQ(queries.Without("\x1b]0;" + std::string(1U << 20U, 'x')), "");
  EXPECT_EQ(queries.Without("\x07text"), "text");
  EXPECT_EQ(queries.Without("\x1b[" + std::string(1U << 20U, '1') + "mtext"), "text");
  EXPECT_EQ(queries.Without("\x1b]0;\x18text"), "text");
}

TEST(TerminalQueries, TheAlternateScreenIsNoticed) {
  TerminalQueries queries;
  EXPECT_FALSE(queries.alternate_screen());
  (void)queries.Without("\x1b[?25l\x1b[?1;1049h");
  EXPECT_TRUE(queries.alternate_screen());
  (void)queries.Without("\x1b[?1049l");
  EXPECT_FALSE(queries.alternate_screen());
}

}  // namespace
}  // namespace record
