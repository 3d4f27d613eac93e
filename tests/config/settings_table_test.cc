#include "config/settings_table.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

namespace config {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Sample {
  bool shown = false;
  int count = 3;
  milliseconds time{1500};
  std::uint64_t room = 64UL << 10;
  std::string name = "a\"b";
  std::vector<std::string> words = {"x"};
  int inner = 1;
};

void Describe(SettingsTable& table, Sample& sample) {
  table.Bool({"shown", Effective::kAtNextStart}, sample.shown);
  table.Integer("count", {1, 10}, sample.count);
  table.Duration("time", {milliseconds(0), milliseconds(5000)}, sample.time);
  table.Size("room", {0, 1UL << 20}, sample.room);
  table.String("name", sample.name, [&](ObjectReader& reader, const Node&) {
    if (sample.name == "bad") reader.Report("name", "is bad");
  });
  table.Strings("words", sample.words, [](ObjectReader&, const Node&) {});
  table.Object("inner", [&](SettingsTable& inner) {
    inner.Integer("value", {0, 9}, sample.inner);
    inner.Condition([&](ObjectReader& reader) {
      if (sample.inner > sample.count) reader.Report("value", "is more than \"count\"");
    });
  });
}

std::vector<std::string> Read(const std::string& text, Sample& sample) {
  Problems problems;
  if (const auto document = Document::Parse("s.json", text, problems)) {
    ObjectReader reader(*document, document->root(), problems);
    SettingsReader table(*document, document->root(), reader, problems);
    Describe(table, sample);
    reader.Finish();
  }
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

TEST(SettingsTable, WritesAnObjectThatItReadsBack) {
  Sample sample;
  sample.count = 7;
  SettingsWriter writer;
  Describe(writer, sample);
  EXPECT_EQ(writer.Text(),
            "{\n  \"shown\": false,\n  \"count\": 7,\n  \"time\": \"1500ms\",\n"
            "  \"room\": \"64K\",\n  \"name\": \"a\\\"b\",\n  \"words\": [\"x\"],\n"
            "  \"inner\": {\n    \"value\": 1\n  }\n}");
  Sample read;
  EXPECT_THAT(Read(writer.Text(), read), IsEmpty());
  EXPECT_EQ(read.count, 7);
  EXPECT_EQ(read.name, sample.name);
}

TEST(SettingsTable, AnAbsentKeyKeepsItsValue) {
  Sample sample;
  EXPECT_THAT(Read("{\"inner\": {}}", sample), IsEmpty());
  EXPECT_EQ(sample.count, 3);
  EXPECT_EQ(sample.inner, 1);
}

TEST(SettingsTable, ReportsRangesChecksConditionsAndUnknownKeys) {
  Sample sample;
  EXPECT_THAT(
      Read("{\"count\": 11,\n\"name\": \"bad\",\n\"inner\": {\"value\": 4, \"valu\": 1}}", sample),
      ElementsAre("s.json:1:11: \"count\" is 11, not between 1 and 10",
                  "s.json:2:9: \"name\" is bad", "s.json:3:20: \"value\" is more than \"count\"",
                  "s.json:3:23: unknown key \"valu\"; did you mean \"value\"?"));
}

TEST(SettingsTable, KnowsWhenAChangeTakesEffect) {
  Sample sample;
  SettingsWriter writer;
  Describe(writer, sample);
  EXPECT_EQ(writer.lines()[0].effective, Effective::kAtNextStart);
  EXPECT_EQ(writer.lines()[1].effective, Effective::kForNewConnections);
}

}  // namespace
}  // namespace config
