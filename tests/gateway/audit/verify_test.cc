#include "gateway/audit/verify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

// Six records: 1 to 3 on the first day, 4 to 6 on the second.
class Chain : public testing::Test {
 protected:
  void SetUp() override {
    log_.Fill(3);
    day1_ = log_.Lines(kDay1);
    day2_ = log_.Lines(kDay2);
  }
  void Expect(Verdict verdict, const Texts& findings) {
    const Report report = Verify(log_.path());
    EXPECT_EQ(report.verdict, verdict);
    EXPECT_EQ(Found(report), findings);
  }
  void WriteDay1(const Texts& lines) { log_.WriteLines(kDay1, lines); }

  ScratchLog log_;
  Texts day1_;
  Texts day2_;
};

TEST_F(Chain, ThatIsWholeIsSound) {
  const Report report = Verify(log_.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(Found(report), Texts{});
  EXPECT_EQ(report.records, 6U);
  EXPECT_EQ(report.files, 2U);
  EXPECT_EQ(report.first, 1U);
  EXPECT_EQ(report.last, 6U);
  EXPECT_EQ(report.head.size(), 64U);
}

TEST_F(Chain, WithAnEditedRecordIsDamagedAtTheNextOne) {
  std::string edited = day1_[1];
  edited.replace(edited.find("alice"), 5, "carol");
  WriteDay1({day1_[0], edited, day1_[2]});
  Expect(Verdict::kDamaged,
         {"2026-03-01.jsonl:3: record 3 follows another record 2 than the one before it: that one "
          "was altered, or this one was"});
}

TEST_F(Chain, WithASpaceAddedIsDamaged) {
  WriteDay1({day1_[0], day1_[1].substr(0, day1_[1].size() - 2) + " }\n", day1_[2]});
  EXPECT_EQ(Verify(log_.path()).verdict, Verdict::kDamaged);
}

TEST_F(Chain, WithADroppedRecordIsDamaged) {
  WriteDay1({day1_[0], day1_[2]});
  Expect(Verdict::kDamaged, {"2026-03-01.jsonl:2: record 2 is missing"});
}

TEST_F(Chain, WithTwoRecordsSwappedIsDamaged) {
  WriteDay1({day1_[0], day1_[2], day1_[1]});
  Expect(Verdict::kDamaged,
         {"2026-03-01.jsonl:2: record 2 is missing",
          "2026-03-01.jsonl:3: record 2 comes after record 3: it was moved, duplicated or replayed",
          "2026-03-02.jsonl:1: record 3 is missing"});
}

TEST_F(Chain, WithARecordTwiceIsDamaged) {
  WriteDay1({day1_[0], day1_[1], day1_[1], day1_[2]});
  Expect(
      Verdict::kDamaged,
      {"2026-03-01.jsonl:3: record 2 comes after record 2: it was moved, duplicated or replayed"});
}

TEST_F(Chain, WithItsHeadReplayedIsDamaged) {
  log_.WriteLines(kDay2, {day2_[0], day2_[1], day2_[2], day1_[0], day1_[1], day1_[2]});
  const Report report = Verify(log_.path());
  EXPECT_EQ(report.verdict, Verdict::kDamaged);
  EXPECT_EQ(Found(report),
            Texts{"2026-03-02.jsonl:4: record 1 comes after record 6: it was moved, duplicated or "
                  "replayed"});
}

TEST_F(Chain, WithItsTailCutInsideALineIsIncomplete) {
  log_.WriteLines(kDay2, {day2_[0], day2_[1], day2_[2].substr(0, 40)});
  Expect(
      Verdict::kIncomplete,
      {"2026-03-02.jsonl:3: the log ends with a cut line; the writer accounts for it when it next "
       "starts"});
}

TEST_F(Chain, WithItsLastNewlineCutIsIncomplete) {
  log_.WriteLines(kDay2, {day2_[0], day2_[1], day2_[2].substr(0, day2_[2].size() - 1)});
  Expect(
      Verdict::kIncomplete,
      {"2026-03-02.jsonl:3: the last line has no newline; the writer adds it when it next starts"});
}

TEST_F(Chain, WithItsTailCutAtALineShowsAnEarlierHead) {
  const std::string head = Verify(log_.path()).head;
  log_.WriteLines(kDay2, {day2_[0], day2_[1]});
  const Report report = Verify(log_.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);  // its known drawback
  EXPECT_EQ(report.last, 5U);
  EXPECT_NE(report.head, head);
}

TEST_F(Chain, WithAMiddleFileCutIsDamaged) {
  WriteDay1({day1_[0], day1_[1].substr(0, 40)});
  Expect(Verdict::kDamaged,
         {"2026-03-01.jsonl:2: the line has no newline, and the log goes on elsewhere",
          "2026-03-01.jsonl:2: the line is no record, and nothing accounts for it",
          "2026-03-02.jsonl:1: records 2 to 3 are missing"});
}

TEST_F(Chain, WithAMiddleFileRemovedIsDamaged) {
  log_.clock.now += std::chrono::hours(24);
  log_.Open()->Append({Listing("third day")});
  std::filesystem::remove(log_.File(kDay2));
  Expect(Verdict::kDamaged, {"2026-03-03.jsonl:1: records 4 to 6 are missing"});
}

TEST_F(Chain, WithAMiddleFileEmptiedIsDamaged) {
  log_.clock.now += std::chrono::hours(24);
  log_.Open()->Append({Listing("third day")});
  log_.Write(kDay2, "");
  Expect(Verdict::kDamaged, {"2026-03-03.jsonl:1: records 4 to 6 are missing"});
}

TEST_F(Chain, WithItsFirstFileRemovedIsIncomplete) {
  std::filesystem::remove(log_.File(kDay1));
  Expect(Verdict::kIncomplete,
         {"2026-03-02.jsonl:1: the log begins with record 4: 1 to 3 are not here"});
}

TEST_F(Chain, WithFilesSwappedIsDamaged) {
  log_.WriteLines(kDay1, day2_);
  log_.WriteLines(kDay2, day1_);
  EXPECT_EQ(Verify(log_.path()).verdict, Verdict::kDamaged);
}

TEST_F(Chain, WithJunkInTheMiddleIsDamaged) {
  WriteDay1({day1_[0], std::string("\x00\xff\x1b[2J", 6) + "\n", day1_[1], day1_[2]});
  Expect(Verdict::kDamaged,
         {"2026-03-01.jsonl:2: the line is no record, and nothing accounts for it"});
}

TEST_F(Chain, WithAnEmptyLineIsDamaged) {
  WriteDay1({day1_[0], "\n", "\n", day1_[1], day1_[2]});
  Expect(Verdict::kDamaged,
         {"2026-03-01.jsonl:2: 2 lines are no records, and nothing accounts for them"});
}

TEST_F(Chain, WithAHugeLineIsDamaged) {
  WriteDay1({day1_[0], std::string(2U << 20, 'x') + "\n", day1_[1], day1_[2]});
  Expect(Verdict::kDamaged,
         {"2026-03-01.jsonl:2: the line is no record, and nothing accounts for it"});
}

TEST_F(Chain, WithAForgedRecoveryIsDamaged) {
  log_.Append(kDay2, "cut");
  ASSERT_TRUE(log_.Open());
  Texts lines = log_.Lines(kDay2);
  ASSERT_EQ(lines.size(), 5U);
  lines[3] = "others\n";
  log_.WriteLines(kDay2, lines);
  Expect(
      Verdict::kDamaged,
      {"2026-03-02.jsonl:4: the lines before 2026-03-02.jsonl:5 are not those that it recovered"});
}

TEST_F(Chain, WhoseRecoveredLinesWereRemovedIsDamaged) {
  log_.Append(kDay2, "cut");
  ASSERT_TRUE(log_.Open());
  Texts lines = log_.Lines(kDay2);
  lines.erase(lines.begin() + 3);
  log_.WriteLines(kDay2, lines);
  Expect(
      Verdict::kDamaged,
      {"2026-03-02.jsonl:4: the lines before 2026-03-02.jsonl:4 are not those that it recovered"});
}

TEST_F(Chain, OfALaterVersionIsSoundThoughItsEventsAreUnknown) {
  log_.Open()->Append({R"({"event":"unheard.of","signature":"s"})"});
  Expect(Verdict::kSound, {});
}

TEST_F(Chain, WithoutAFileThatCanBeReadCannotBeToldOf) {
  std::filesystem::remove(log_.File(kDay1));
  std::filesystem::create_directory(log_.File(kDay1));
  const Report report = Verify(log_.path());
  EXPECT_EQ(report.verdict, Verdict::kCannotTell);
  EXPECT_EQ(Found(report)[0], "2026-03-01.jsonl: 2026-03-01.jsonl: not a regular file");
}

TEST(Verify, OfAnEmptyDirectoryCannotTell) {
  const ScratchLog log;
  const Report report = Verify(log.path());
  EXPECT_EQ(report.verdict, Verdict::kCannotTell);
  EXPECT_EQ(Found(report), Texts{"there is no record"});
}

TEST(Verify, OfAnEmptyFileCannotTell) {
  const ScratchLog log;
  log.Write(kDay1, "");
  EXPECT_EQ(Verify(log.path()).verdict, Verdict::kCannotTell);
}

TEST(Verify, OfNoDirectoryCannotTell) {
  const Report report = Verify("/nonexistent/audit");
  EXPECT_EQ(report.verdict, Verdict::kCannotTell);
  EXPECT_EQ(Found(report)[0], "/nonexistent/audit: No such file or directory");
}

TEST(Verify, LeavesOutWhatIsNoFileOfTheLog) {
  ScratchLog log;
  log.Fill(1);
  log.Write("2026-03-01.jsonl.bak", "junk");
  log.Write("notes", "junk");
  EXPECT_EQ(Verify(log.path()).verdict, Verdict::kSound);
}

TEST(Verify, KeepsTheNumberOfItsFindingsBounded) {
  const ScratchLog log;
  log.Open()->Append({Listing("a"), Listing("b")});
  const auto lines = log.Lines(kDay1);
  std::string text = lines[0];
  for (std::size_t i = 0; i < kMaxFindings + 5; ++i) text += lines[0];
  log.Write(kDay1, text);
  const Report report = Verify(log.path());
  EXPECT_EQ(report.findings.size(), kMaxFindings);
  EXPECT_EQ(report.more_findings, 5U);
  EXPECT_EQ(report.verdict, Verdict::kDamaged);
}

class Runs : public testing::Test {
 protected:
  void Record(const std::vector<Event>& events) {
    std::vector<std::string> json;
    for (const Event& event : events) json.push_back(JsonOf(event));
    ASSERT_FALSE(log_.Open()->Append(json).failure);
  }
  ScratchLog log_;
};

TEST_F(Runs, ThatEndedAreSound) {
  Record({Start("aaaa"), Start("bbbb"), End("bbbb"), End("aaaa")});
  EXPECT_EQ(Verify(log_.path()).verdict, Verdict::kSound);
}

TEST_F(Runs, ThatDidNotEndMakeTheLogIncomplete) {
  Record({Start("aaaa"), Start("bbbb"), End("bbbb")});
  const Report report = Verify(log_.path());
  EXPECT_EQ(report.verdict, Verdict::kIncomplete);
  EXPECT_EQ(Found(report),
            Texts{"2026-03-01.jsonl:1: run aaaa: it started, and there is no end of it"});
  EXPECT_EQ(report.findings[0].run, "aaaa");
}

TEST_F(Runs, ThatStillRunNeedNotHaveEnded) {
  Record({Start("aaaa")});
  const Report report =
      Verify(log_.path(), {.running = [](std::string_view run) { return run == "aaaa"; },
                           .key = {},
                           .anchors = {},
                           .head = {},
                           .writer_lives = {},
                           .look_at_recording = {}});
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(Found(report),
            Texts{"2026-03-01.jsonl:1: run aaaa: it still runs, or its end waits to be recorded"});
}

TEST_F(Runs, ThatNeverStartedMakeTheLogIncomplete) {
  Record({End("aaaa")});
  const Report report = Verify(log_.path());
  EXPECT_EQ(report.verdict, Verdict::kIncomplete);
  EXPECT_EQ(Found(report),
            Texts{"2026-03-01.jsonl:1: run aaaa: it ended, and there is no start of it"});
}

TEST_F(Runs, ThatWereNotStartedNeedNoStart) {
  RunEnded ended = End("aaaa");
  ended.how = How::kNotStarted;
  Record({ended});
  EXPECT_EQ(Verify(log_.path()).verdict, Verdict::kSound);
}

TEST_F(Runs, OfHostileNamesAreEscaped) {
  Record({Start("\x1b[2J")});
  EXPECT_EQ(Verify(log_.path()).findings[0].run, "\\x1b[2J");
}

}  // namespace
}  // namespace audit
