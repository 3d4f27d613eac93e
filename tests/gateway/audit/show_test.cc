#include "gateway/audit/show.h"

#include <gtest/gtest.h>

#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

class Shown : public testing::Test {
 protected:
  void Record(const std::vector<Event>& events) {
    std::vector<std::string> json;
    for (const Event& event : events) json.push_back(JsonOf(event));
    ASSERT_FALSE(log_.Open()->Append(json).failure);
  }
  Texts Lines(const Filter& filter = {}, Form form = Form::kTable) {
    Texts lines;
    const auto shown =
        Show(log_.path(), filter, form, [&](std::string_view line) { lines.emplace_back(line); });
    EXPECT_TRUE(shown) << shown.error().message();
    return lines;
  }
  ScratchLog log_;
};

Filter Of(const std::string& app, const std::string& who, const std::string& run,
          const std::string& event, const std::string& since) {
  Filter filter;
  filter.app = app;
  filter.who = who;
  filter.run = run;
  filter.event = event;
  filter.since = since;
  return filter;
}

RunDenied Denial() {
  RunDenied event;
  event.person = "bob";
  event.app = "blog";
  event.release = "current";
  event.command = "rake db:drop";
  event.message = "denied by rule 'no drops'";
  event.status = 77;
  return event;
}

TEST_F(Shown, AsATableIsOneRowARecord) {
  RunEnded ended = End("7k2m9xqd");
  ended.how = How::kLimit;
  ended.limit = "time";
  ended.status = 124;
  Record({ServiceStarted{"0.1.0", true}, Start("7k2m9xqd"), ended, Denial()});
  EXPECT_EQ(Lines(), (Texts{"2026-03-01T09:30:00.125Z  service.started                             "
                            "                   "
                            "{\"version\":\"0.1.0\",\"development\":true}",
                            "2026-03-01T09:30:00.125Z  run.started            alice       shop+v41 "
                            "         7k2m9xqd  "
                            "rake db:migrate  as deploy",
                            "2026-03-01T09:30:00.125Z  run.ended              alice       shop     "
                            "         7k2m9xqd  "
                            "limit time, status 124, 1234 ms",
                            "2026-03-01T09:30:00.125Z  run.denied             bob         "
                            "blog+current                "
                            "rake db:drop  status 77: denied by rule 'no drops'"}));
}

TEST_F(Shown, IsFilteredByEveryField) {
  Record({Start("aaaa"), Start("abbb"), End("aaaa"), Denial()});
  EXPECT_EQ(Lines(Of("shop", "", "", "", "")).size(), 3U);
  EXPECT_EQ(Lines(Of("", "bob", "", "", "")).size(), 1U);
  EXPECT_EQ(Lines(Of("", "", "aaaa", "", "")).size(), 2U);
  EXPECT_EQ(Lines(Of("", "", "a", "", "")).size(), 3U);
  EXPECT_EQ(Lines(Of("", "", "", "run.ended", "")).size(), 1U);
  EXPECT_EQ(Lines(Of("", "", "", "run", "")).size(), 4U);
  EXPECT_EQ(Lines(Of("", "", "", "ru", "")).size(), 0U);
  EXPECT_EQ(Lines(Of("", "", "", "", "2026-03-01T09:30")).size(), 4U);
  EXPECT_EQ(Lines(Of("", "", "", "", "2026-03-01T09:31")).size(), 0U);
}

TEST_F(Shown, IsFilteredByRuleWithWhatElseIsToldOfItsRuns) {
  RunStarted ops = Start("aaaa");
  ops.rule = "ops";
  RunDenied denied = Denial();
  denied.rule = "ops";
  Record({ops, Start("bbbb"), denied, End("bbbb"), End("aaaa"), End("aaaa")});
  Filter filter;
  filter.rule = "ops";
  EXPECT_EQ(Lines(filter).size(), 3U);
  filter.event = "run.ended";
  const Texts lines = Lines(filter);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("aaaa"), std::string::npos);
}

TEST_F(Shown, IsFilteredByOutcome) {
  RunEnded failed = End("bbbb");
  failed.status = 3;
  RunEnded limit = End("cccc");
  limit.how = How::kLimit;
  Record({Start("aaaa"), End("aaaa"), failed, limit, Denial()});
  const auto count = [&](const std::string& outcome) {
    Filter filter;
    filter.outcome = outcome;
    return Lines(filter).size();
  };
  EXPECT_EQ(count("ok"), 1U);
  EXPECT_EQ(count("failed"), 3U);
  EXPECT_EQ(count("exited"), 2U);
  EXPECT_EQ(count("limit"), 1U);
  EXPECT_EQ(count("denied"), 1U);
  EXPECT_EQ(count("stopped"), 0U);
}

TEST_F(Shown, IsFilteredUpToAMoment) {
  Record({Start("aaaa")});
  Filter filter;
  filter.until = "2026-03-01T09:30:00.125Z";
  EXPECT_EQ(Lines(filter).size(), 0U);
  filter.until = "2026-03-01T09:31";
  EXPECT_EQ(Lines(filter).size(), 1U);
}

TEST_F(Shown, IsFollowedAsItComes) {
  Record({Start("aaaa")});
  Texts lines;
  int waits = 0;
  const auto followed = Follow(
      log_.path(), {}, Form::kJson, [&](std::string_view line) { lines.emplace_back(line); },
      [&] {
        if (++waits == 1) Record({End("aaaa")});
        return waits < 3;
      });
  ASSERT_TRUE(followed) << followed.error().message();
  EXPECT_EQ(lines, Lines({}, Form::kJson));
  EXPECT_EQ(lines.size(), 2U);
}

TEST_F(Shown, NeverTouchesTheTerminal) {
  RunStarted event = Start("aaaa");
  event.command = "echo \x1b]0;owned\x07 \xff \xc2\x9b";
  event.person = "\x1b[2J";
  Record({event});
  log_.Append(kDay1, "\x1b[31mjunk\n");
  for (const Form form : {Form::kTable, Form::kJson}) {
    for (const std::string& line : Lines({}, form)) {
      for (const char c : line) {
        EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f)
            << line;
      }
    }
  }
}

TEST_F(Shown, SaysWhichLinesAreNoRecords) {
  Record({Denial()});
  log_.Append(kDay1, "cut\x1b\n");
  EXPECT_EQ(Lines().back(), "2026-03-01.jsonl:2: not a record: 'cut\\x1b'");
  EXPECT_EQ(Lines({}, Form::kJson).back(),
            R"({"file":"2026-03-01.jsonl","line":2,"unreadable":{"b64":"Y3V0Gw=="}})");
  EXPECT_EQ(Lines(Of("blog", "", "", "", "")).size(), 1U);
}

TEST_F(Shown, AsJsonIsTheWholeRecordWithItsPlace) {
  Record({ServiceStopped{"caf\u00e9\x7f"}});
  EXPECT_EQ(
      Lines({}, Form::kJson),
      Texts{R"({"file":"2026-03-01.jsonl","line":1,"seq":1,"time":"2026-03-01T09:30:00.125Z",)"
            R"("host":"h","prev":")" +
            std::string(64, '0') + R"(","event":"service.stopped","version":"caf\u00e9\u007f"})"});
}

TEST_F(Shown, AnUnknownEventIsShownWithItsFields) {
  log_.Open()->Append({R"({"event":"check.point","signature":"s\u001b"})"});
  EXPECT_EQ(
      Lines()[0],
      "2026-03-01T09:30:00.125Z  check.point                                                    "
      "{\"signature\":\"s\\u001b\"}");
}

TEST_F(Shown, WhatAMachineChecksIsShownInShort) {
  RecordingEnded ended;
  ended.run = "7k2m9xqd";
  ended.files = {"log 104 ab", "stdout 4096 cd", "stdout.passed 3000000 ef"};
  ConfigurationRefused refused;
  refused.problems = "policy.json:4:5: error: no\n  x\n  ^\n";
  Record({ended, Checkpoint{.covers = 7, .head = "h", .key = "k", .signature = "s"}, refused});
  const Texts lines = Lines();
  EXPECT_TRUE(lines.at(0).ends_with("  7k2m9xqd  2 files, 4200 bytes")) << lines.at(0);
  EXPECT_TRUE(lines.at(1).ends_with("  signed: the records up to 7")) << lines.at(1);
  EXPECT_TRUE(lines.at(2).ends_with("  policy.json:4:5: error: no …")) << lines.at(2);
}

TEST_F(Shown, FieldsOfTheWrongTypeDoNoHarm) {
  log_.Open()->Append({R"({"event":"run.ended","run":7,"how":[],"status":"x","app":{"b64":7}})",
                       R"({"event":"run.started","run":null,"command":{"a":{"b":1}}})",
                       R"({"event":"recording.ended","files":[7,"","a","a b","a -1 c"]})",
                       R"({"event":"recording.progress","files":{}})",
                       R"({"event":"checkpoint","covers":[]})"});
  EXPECT_EQ(Lines().size(), 5U);
  EXPECT_EQ(Lines({}, Form::kJson).size(), 5U);
}

TEST(Show, OfNoDirectoryIsAnError) {
  const auto shown = Show("/nonexistent/audit", {}, Form::kTable, [](std::string_view) {});
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().message(), "/nonexistent/audit: No such file or directory");
}

TEST(ParseSince, TakesDaysTimesAndHowLongAgo) {
  const FakeClock clock;
  EXPECT_EQ(ParseSince("2026-03-01", clock.now).value(), "2026-03-01");
  EXPECT_EQ(ParseSince("2028-02-29", clock.now).value(), "2028-02-29");
  EXPECT_EQ(ParseSince("2026-03-01T09:30", clock.now).value(), "2026-03-01T09:30");
  EXPECT_EQ(ParseSince("2026-03-01T09:30:00Z", clock.now).value(), "2026-03-01T09:30:00");
  EXPECT_EQ(ParseSince("90s", clock.now).value(), "2026-03-01T09:28:30.125Z");
  EXPECT_EQ(ParseSince("2h", clock.now).value(), "2026-03-01T07:30:00.125Z");
  EXPECT_EQ(ParseSince("3d", clock.now).value(), "2026-02-26T09:30:00.125Z");
}

TEST(ParseSince, RefusesAnythingElse) {
  for (const char* bad :
       {"", "yesterday", "2026", "2026-3-1", "2026-03-01 09:30", "-2h", "2", "2w",
        "99999999999999999999s", "2026-03-01T09:30:00.1255Z", "\x1b", "2026-13-01", "2026-00-10",
        "2026-01-32", "2026-02-29", "2026-01-01T24:00", "2026-01-01T09:60"}) {
    EXPECT_FALSE(ParseSince(bad, FakeClock().now)) << bad;
  }
  EXPECT_EQ(
      ParseSince("then", FakeClock().now).error().message(),
      "'then' is neither a time such as 2026-03-01 or 2026-03-01T09:30 (UTC), nor how long ago, "
      "such as 15m, 2h or 3d");
}

}  // namespace
}  // namespace audit
