#include "config/json_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The one problem of a text, as the terminal shows it.
std::string ProblemIn(const std::string& text) {
  Problems problems;
  Document::Parse("a.json", text, problems);
  return problems.size() == 1 ? problems[0].Render() : std::to_string(problems.size());
}

TEST(JsonDocument, EveryValueKnowsWhereItBegins) {
  const std::string text = R"(// "a": 1
{
  /* {"x": 2} */ "name" : "sh\"op" , // , "z": 1
  "list":[-1.5e3,true,null , {"deep":12}],"n":9223372036854775807
})";
  Problems problems;
  const auto document = Document::Parse("a.json", text, problems);
  ASSERT_TRUE(document);
  EXPECT_THAT(problems, IsEmpty());
  const auto& members = document->root().members;
  ASSERT_THAT(members, SizeIs(3));
  EXPECT_EQ(document->root().offset, text.find("{\n"));
  EXPECT_EQ(members[0].offset, text.find("\"name\""));
  EXPECT_EQ(members[0].value.offset, text.find("\"sh"));
  EXPECT_EQ(members[0].value.string, "sh\"op");
  EXPECT_EQ(members[1].value.offset, text.find("[-1"));
  const auto& list = members[1].value.elements;
  ASSERT_THAT(list, SizeIs(4));
  EXPECT_EQ(list[0].kind, Node::Kind::kFraction);
  EXPECT_EQ(list[0].offset, text.find("-1.5e3"));
  EXPECT_EQ(list[1].offset, text.find("true"));
  EXPECT_EQ(list[2].offset, text.find("null"));
  EXPECT_EQ(list[3].members[0].value.offset, text.find("12}"));
  EXPECT_EQ(list[3].members[0].value.integer, 12);
  EXPECT_EQ(members[2].value.offset, text.find("9223"));
  EXPECT_EQ(members[2].value.integer, INT64_MAX);
  EXPECT_EQ(document->LineOf(members[1].value.offset), 4U);
}

TEST(JsonDocument, AByteOrderMarkIsPassedOver) {
  Problems problems;
  const auto document = Document::Parse("a.json", "\xEF\xBB\xBF{\"a\": 1}", problems);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().offset, 3U);
}

TEST(JsonDocument, ASyntaxErrorIsShownWithACaret) {
  EXPECT_EQ(ProblemIn("{\n  \"a\": 1,\n  \"b\" 2\n}"),
            "a.json:3:7: not JSON: unexpected number literal; expected ':'\n"
            "      \"b\" 2\n"
            "          ^");
}

TEST(JsonDocument, AMissingCommaAndOneTooManyAreSpokenOf) {
  const auto about = [](const std::string& text) {
    Problems problems;
    Document::Parse("a.json", text, problems);
    return problems.empty() ? "" : problems[0].Summary();
  };
  const std::string missing = "; is a comma missing before it?";
  const std::string too_many = "; is there a comma too many before it?";
  EXPECT_EQ(about("[1 2]"),
            "a.json:1:4: not JSON: unexpected number literal; expected ']'" + missing);
  EXPECT_EQ(about("[{} {}]"), "a.json:1:5: not JSON: unexpected '{'; expected ']'" + missing);
  EXPECT_THAT(about(R"({"a": "b" "c": 1})"), ::testing::EndsWith("expected '}'" + missing));
  EXPECT_THAT(about(R"({"a": 1,})"), ::testing::EndsWith(too_many));
  EXPECT_THAT(about("[1,]"), ::testing::EndsWith(too_many));
  for (const char* const other :
       {"[1", "{", R"({"a" 1})", R"({"a"})", "[1}", R"({"a": 1])", "{} {}"}) {
    EXPECT_EQ(about(other).find("comma"), std::string::npos) << about(other);
  }
}

TEST(JsonDocument, ASyntaxErrorDoesNotRepeatWhatItRead) {
  Problems problems;
  Document::Parse("a.json", "{\"env\": {\"SECRET\": \"hunter2\n\"}}", problems);
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].Summary(),
            "a.json:1:28: not JSON: invalid string: control character U+000A (LF) must be escaped "
            "to \\u000A or \\n");
}

TEST(JsonDocument, AnEmptyFileIsNoJson) {
  EXPECT_THAT(ProblemIn(""), HasSubstr("a.json:1:1: not JSON: unexpected end of input"));
  EXPECT_THAT(ProblemIn("// only this"), HasSubstr("not JSON: unexpected end of input"));
}

TEST(JsonDocument, WhateverIsCutShortIsNoJson) {
  const std::string text = R"({"a": [1, {"b": "c"}, true, null], /* d */ "e": -1.5})";
  for (std::size_t length = 0; length < text.size(); ++length) {
    Problems problems;
    EXPECT_FALSE(Document::Parse("a.json", text.substr(0, length), problems)) << length;
    EXPECT_THAT(problems, SizeIs(1)) << length;
  }
}

TEST(JsonDocument, WhatFollowsTheValueIsAnError) {
  EXPECT_THAT(ProblemIn("{} {}"), HasSubstr("a.json:1:4: not JSON: unexpected '{'"));
}

TEST(JsonDocument, BytesThatAreNotUtf8AreAnError) {
  EXPECT_THAT(ProblemIn("{\"a\": \"\xFF\"}"), HasSubstr("a.json:1:8: not JSON: invalid string"));
}

TEST(JsonDocument, ANulByteIsAnErrorInACommentToo) {
  EXPECT_EQ(ProblemIn(std::string("{} // a\0, 1", 11)),
            "a.json:1:8: not JSON: a NUL byte\n    {} // a?, 1\n           ^");
  EXPECT_THAT(ProblemIn(std::string("{\"a\": \"\0\"}", 10)), HasSubstr("a.json:1:8: not JSON"));
}

TEST(JsonDocument, DuplicateKeysAreReportedAtEachFurtherPlaceAndDepth) {
  Problems problems;
  const auto document = Document::Parse(
      "a.json", "{\"a\": 1,\n \"b\": [{\"c\": 1, \"c\": 2}],\n \"a\": 3}", problems);
  EXPECT_TRUE(document);
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_EQ(problems[0].Summary(), "a.json:3:2: duplicate key \"a\"; it stands in line 1 already");
  EXPECT_EQ(problems[1].Summary(), "a.json:2:17: duplicate key \"c\"; it stands in line 2 already");
}

TEST(JsonDocument, NestingIsBounded) {
  const std::string good = std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']');
  Problems problems;
  EXPECT_TRUE(Document::Parse("a.json", good, problems));
  const std::string deep = "[" + good + "]";
  EXPECT_THAT(ProblemIn(deep), HasSubstr("a.json:1:33: nested more than 32 deep"));
  EXPECT_THAT(ProblemIn(std::string(500'000, '[')), HasSubstr("nested more than 32 deep"));
}

TEST(JsonDocument, SizeIsBounded) {
  EXPECT_EQ(ProblemIn(std::string(kMaxFile + 1, ' ')), "a.json: is larger than 1048576 bytes");
  std::string many = "[";
  for (int i = 0; i < 300'000; ++i) many += "1,";
  EXPECT_THAT(ProblemIn(many + "1]"), HasSubstr("more than 200000 values"));
}

TEST(JsonDocument, NumbersBeyond64BitsAreNoIntegers) {
  Problems problems;
  const auto document = Document::Parse("a.json", "[9223372036854775808, 1e2]", problems);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().elements[0].kind, Node::Kind::kFraction);
  EXPECT_EQ(document->root().elements[1].kind, Node::Kind::kFraction);
}

TEST(Problem, ALongLineIsCutAroundTheColumn) {
  const std::string text = "[" + std::string(500, ' ') + "x" + std::string(500, ' ') + "]";
  Problems problems;
  Document::Parse("a.json", text, problems);
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].column, 502U);
  EXPECT_EQ(problems[0].source_line,
            "..." + std::string(60, ' ') + "x" + std::string(39, ' ') + "...");
  EXPECT_EQ(problems[0].caret, 63U);
}

TEST(Problem, ControlCharactersOfTheLineAreNotPrinted) {
  Problem problem = ProblemOf("a", 1, "bad");
  problem.column = 6;
  ShowLine(problem, "a\tb\x1b\xC3\xA4z");
  EXPECT_EQ(problem.source_line, "a b???z");
  EXPECT_EQ(problem.Render(), "a:1:6: bad\n    a b???z\n         ^");
}

TEST(Problem, AListOfProblemsEndsWithASentenceWhenItIsFull) {
  Problems problems;
  for (std::size_t i = 0; i < kMaxProblems + 5; ++i) Add(problems, ProblemOf("a", i + 1, "bad"));
  ASSERT_THAT(problems, SizeIs(kMaxProblems + 1));
  EXPECT_EQ(problems.back().Summary(), "a: further problems are not listed");
}

TEST(Problem, AWarningIsNoError) {
  Problem problem = ProblemOf("a", 0, "odd");
  problem.severity = Severity::kWarning;
  EXPECT_EQ(problem.Summary(), "a: warning: odd");
  EXPECT_FALSE(HasErrors({problem}));
  EXPECT_TRUE(HasErrors({problem, ProblemOf("a", 0, "bad")}));
}

}  // namespace
}  // namespace config
