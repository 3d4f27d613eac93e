#include "config/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What reading `text` with `read` reports, each as one line.
std::vector<std::string> Reading(const std::string& text,
                                 const std::function<void(ObjectReader&)>& read) {
  Problems problems;
  const auto document = Document::Parse("a.json", text, problems);
  if (document) {
    ObjectReader reader(*document, document->root(), problems);
    read(reader);
    reader.Finish();
  }
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

TEST(ObjectReader, ReadsEveryKindOfValue) {
  std::string name;
  std::string effect;
  std::vector<std::string> words;
  bool on = false;
  int number = 0;
  milliseconds time{};
  std::size_t size = 0;
  EXPECT_THAT(Reading(R"({"name": "a b", "effect": "deny", "words": ["x", "y"], "on": true,
                          "number": -3, "time": "15m", "size": "64K", "object": {}, "list": []})",
                      [&](ObjectReader& reader) {
                        EXPECT_TRUE(reader.String("name", name, Need::kRequired));
                        EXPECT_TRUE(reader.Choice("effect", {"allow", "deny"}, effect));
                        EXPECT_TRUE(reader.Strings("words", words));
                        EXPECT_TRUE(reader.Bool("on", on));
                        EXPECT_TRUE(reader.Integer("number", {-3, 3}, number));
                        EXPECT_TRUE(reader.Duration("time", {seconds(1), hours(1)}, time));
                        EXPECT_TRUE(reader.Size("size", {0, 65536}, size));
                        EXPECT_NE(reader.Object("object"), nullptr);
                        EXPECT_NE(reader.Array("list"), nullptr);
                      }),
              IsEmpty());
  EXPECT_EQ(name, "a b");
  EXPECT_EQ(effect, "deny");
  EXPECT_THAT(words, ElementsAre("x", "y"));
  EXPECT_TRUE(on);
  EXPECT_EQ(number, -3);
  EXPECT_EQ(time, std::chrono::minutes(15));
  EXPECT_EQ(size, 65536U);
}

TEST(ObjectReader, AnAbsentKeyLeavesItsTargetAlone) {
  std::string name = "before";
  EXPECT_THAT(Reading("{}", [&](ObjectReader& r) { EXPECT_FALSE(r.String("name", name)); }),
              IsEmpty());
  EXPECT_EQ(name, "before");
}

TEST(ObjectReader, AnUnknownKeyIsAnErrorThatNamesTheNearestKnownOne) {
  Problems problems;
  const auto document = Document::Parse("etc/policy.json", "{\n  \"efect\": \"deny\"\n}", problems);
  ASSERT_TRUE(document);
  ObjectReader reader(*document, document->root(), problems);
  std::string effect;
  reader.String("effect", effect);
  reader.Finish();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].Render(),
            "etc/policy.json:2:3: unknown key \"efect\"; did you mean \"effect\"?\n"
            "      \"efect\": \"deny\"\n"
            "      ^");
}

TEST(ObjectReader, EverythingThatIsWrongIsReportedInOneGo) {
  std::string text;
  std::vector<std::string> list;
  bool on = false;
  int number = 1;
  milliseconds time{1};
  std::size_t size = 1;
  EXPECT_THAT(
      Reading("{\"s\": 1,\n\"l\": [\"a\", 2],\n\"b\": \"yes\",\n\"n\": 11,\n\"t\": \"15\",\n\"z\": "
              "\"1X\",\n\"o\": [],\n\"q\": 1}",
              [&](ObjectReader& reader) {
                reader.String("s", text);
                reader.Strings("l", list);
                reader.Bool("b", on);
                reader.Integer("n", {1, 10}, number);
                reader.Duration("t", {seconds(1), hours(1)}, time);
                reader.Size("z", {0, 10}, size);
                reader.Object("o");
                reader.String("missing", text, Need::kRequired);
              }),
      ElementsAre("a.json:1:7: \"s\" is a number, not a string",
                  "a.json:2:12: \"l\" is a number, not a string",
                  "a.json:3:6: \"b\" is a string, not true or false",
                  "a.json:4:6: \"n\" is 11, not between 1 and 10",
                  "a.json:5:6: \"t\" is not a duration such as \"90s\", \"15m\" or \"8h\"; the "
                  "units are ms, s, m, h, d",
                  "a.json:6:6: \"z\" is not a size in bytes such as \"64K\" or \"2G\"; the units "
                  "are K, M, G, T",
                  "a.json:7:6: \"o\" is a list, not an object",
                  "a.json:1:1: \"missing\" is missing", "a.json:8:1: unknown key \"q\""));
  EXPECT_THAT(list, IsEmpty());
  EXPECT_EQ(number, 1);
}

TEST(ObjectReader, OutOfRangeValuesNameTheRange) {
  milliseconds time{1};
  std::size_t size = 1;
  std::string word;
  EXPECT_THAT(Reading(R"({"t": "2h", "z": 4096, "w": "maybe"})",
                      [&](ObjectReader& reader) {
                        reader.Duration("t", {seconds(1), hours(1)}, time);
                        reader.Size("z", {1, 1024}, size);
                        reader.Choice("w", {"yes", "no"}, word);
                      }),
              ElementsAre("a.json:1:7: \"t\" is 2h, not between 1s and 1h",
                          "a.json:1:18: \"z\" is 4K, not between 1 and 1K",
                          "a.json:1:29: \"w\" is 'maybe', not one of: yes, no"));
}

TEST(ObjectReader, StringsAreNeverEmptyLongOrHoldANewline) {
  std::string text;
  const auto read = [&](ObjectReader& reader) { reader.String("s", text); };
  EXPECT_THAT(Reading(R"({"s": ""})", read), ElementsAre("a.json:1:7: \"s\" is empty"));
  EXPECT_THAT(Reading(R"({"s": "a\nb"})", read),
              ElementsAre("a.json:1:7: \"s\" holds a NUL or a newline"));
  EXPECT_THAT(Reading(R"({"s": "a\u0000b"})", read),
              ElementsAre("a.json:1:7: \"s\" holds a NUL or a newline"));
  EXPECT_THAT(Reading("{\"s\": \"" + std::string(kMaxString + 1, 'x') + "\"}", read),
              ElementsAre("a.json:1:7: \"s\" is longer than 4096 bytes"));
}

TEST(ObjectReader, AKeyThatIsNotActedOnIsRefused) {
  EXPECT_THAT(
      Reading(R"({"exclusive": "schema"})", [](ObjectReader& r) { r.Refused("exclusive"); }),
      ElementsAre("a.json:1:15: \"exclusive\" is not acted on by this version"));
  EXPECT_THAT(Reading("{}", [](ObjectReader& r) { r.Refused("exclusive"); }), IsEmpty());
}

TEST(ObjectReader, WhatIsNoObjectIsOneProblem) {
  std::string text;
  EXPECT_THAT(Reading("[1]", [&](ObjectReader& r) { r.String("s", text, Need::kRequired); }),
              ElementsAre("a.json:1:1: is a list, not an object {...}"));
}

}  // namespace
}  // namespace config
