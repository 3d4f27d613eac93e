#include "gateway/audit/head.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/child.h"
#include "base/file.h"
#include "base/packet.h"
#include "base/text.h"
#include "gateway/audit/client.h"
#include "gateway/audit/verify.h"
#include "gateway/audit/writer.h"
#include "tests/gateway/audit/signed_log.h"

namespace audit {
namespace {

using std::chrono::seconds;

// A log that a writer has written, with its head beside it.
class KeptHead : public ::testing::Test {
 protected:
  // What a writer does that is started for `events`, and ends.
  void Record(const std::vector<Event>& events) {
    auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
    auto child = base::Child::Fork([&] {
                   base::CloseAllFdsBut({pair.second.get()});
                   WriterOptions options;
                   options.directory = log_.path();
                   options.host = "h";
                   options.etc = log_.etc();
                   options.head = path();
                   return RunWriter(base::UniqueFd(pair.second.get()), options);
                 }).value();
    pair.second.Reset();
    {
      Client client = Introduce(pair.first.get()).value();
      for (const Event& event : events) ASSERT_TRUE(client.Record(event, seconds(10)));
    }
    pair.first.Reset();
    ASSERT_EQ(child.Wait()->ShellStatus(), 0);
  }
  std::string path() const { return beside_.File(kHeadFile); }
  std::string file() const {
    const auto names = LogFiles(base::OpenDirectory(log_.path())->get()).value();
    return names.back();
  }
  Report VerifyKept() const {
    VerifyOptions options;
    options.key = {ExpectedKey::From::kHost, log_.key};
    options.head = ReadHead(path()).value();
    options.writer_lives = [] { return false; };
    return Verify(log_.path(), options);
  }

  SignedLog log_;
  ScratchLog beside_;
};

std::vector<Event> AService() {
  std::vector<Event> events = {ServiceStarted{"1", false}};
  for (int i = 0; i < 7; ++i) {
    events.emplace_back(Start("run" + std::to_string(i)));
    events.emplace_back(Listed{"alice", "", "", "", ""});
    events.emplace_back(End("run" + std::to_string(i)));
  }
  events.emplace_back(ServiceStopped{"1"});
  return events;
}

TEST_F(KeptHead, AgreesWithALogThatIsWhole) {
  Record(AService());
  const Report report = VerifyKept();
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(report.kept_head, report.last);
}

TEST_F(KeptHead, FindsEveryCutOfAStoppedLog) {
  Record(AService());
  const std::vector<std::string> lines = log_.Lines(file());
  ASSERT_GT(lines.size(), 25U);
  for (std::size_t left = 0; left < lines.size(); ++left) {
    log_.WriteLines(file(), {lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(left)});
    EXPECT_EQ(VerifyKept().verdict, Verdict::kDamaged) << left << " lines";
  }
}

TEST_F(KeptHead, WithoutItALogThatDoesNotEndWithAStopIsIncomplete) {
  Record(AService());
  std::vector<std::string> lines = log_.Lines(file());
  std::filesystem::remove(path());
  EXPECT_EQ(VerifyKept().verdict, Verdict::kSound);
  while (lines.size() > 1) {
    lines.pop_back();
    log_.WriteLines(file(), lines);
    EXPECT_EQ(VerifyKept().verdict, Verdict::kIncomplete) << lines.size() << " lines";
  }
}

TEST_F(KeptHead, TheNextWriterRecordsWhatWasCut) {
  Record(AService());
  std::vector<std::string> lines = log_.Lines(file());
  const std::size_t all = lines.size();
  lines.resize(12);
  log_.WriteLines(file(), lines);
  Record({ServiceStarted{"1", false}, ServiceStopped{"1"}});
  const auto recovered = ParseRecord(base::Trim(log_.Lines(file()).at(12)));
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->event, "recovered");
  EXPECT_EQ(recovered->seq, all + 1);
  EXPECT_EQ(recovered->object.at("cut"), all - 12);
  EXPECT_EQ(recovered->Text("cause"),
            fmt::format("records 13 to {} were written, and are gone from the log's end", all));
  EXPECT_EQ(VerifyKept().verdict, Verdict::kDamaged);
}

TEST_F(KeptHead, ALogThatWasDeletedIsNotBegunAnew) {
  Record(AService());
  const std::size_t all = log_.Lines(file()).size();
  std::filesystem::remove(log_.File(file()));
  Record({ServiceStarted{"1", false}, ServiceStopped{"1"}});
  const auto first = ParseRecord(base::Trim(log_.Lines(file()).at(0)));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->seq, all + 1);
  EXPECT_EQ(VerifyKept().verdict, Verdict::kDamaged);
}

TEST_F(KeptHead, AnotherLastRecordIsSeenByTheNextWriter) {
  Record(AService());
  std::vector<std::string> lines = log_.Lines(file());
  lines.back().replace(lines.back().find("\"host\":\"h\""), 10, "\"host\":\"g\"");
  log_.WriteLines(file(), lines);
  EXPECT_EQ(VerifyKept().verdict, Verdict::kDamaged);
  Record({ServiceStarted{"1", false}, ServiceStopped{"1"}});
  EXPECT_EQ(VerifyKept().verdict, Verdict::kDamaged);
}

TEST_F(KeptHead, OneThatIsSignedByNobodyIsDamage) {
  Record(AService());
  std::string text = beside_.Read(kHeadFile);
  for (std::size_t at = text.find("\"time\":\"2"); at != std::string::npos;
       at = text.find("\"time\":\"2", at + 1)) {
    text[at + 8] = '1';
  }
  beside_.Write(kHeadFile, text);
  EXPECT_EQ(VerifyKept().verdict, Verdict::kDamaged);
}

TEST(Head, OfTwoPlacesTheNewerOneCountsAndAHalfWrittenOneDoesNot) {
  const ScratchLog folder;
  const std::string path = folder.File(kHeadFile);
  EXPECT_FALSE(ReadHead(path)->has_value());
  {
    auto file = HeadFile::Open(HeadFile::OpenFile(path).value(), path).value();
    EXPECT_FALSE(ReadHead(path)->has_value());
    for (std::uint64_t seq = 1; seq <= 3; ++seq) {
      ASSERT_TRUE(file.Write({seq, std::string(64, 'a'), "t", "", ""}));
      EXPECT_EQ(ReadHead(path).value()->seq, seq);
    }
  }
  auto again = HeadFile::Open(HeadFile::OpenFile(path).value(), path).value();
  ASSERT_TRUE(again.Write({4, std::string(64, 'b'), "t", "", ""}));
  EXPECT_EQ(ReadHead(path).value()->digest, std::string(64, 'b'));
  std::string text = folder.Read(kHeadFile);
  text.replace(text.find("bbbb"), 4, "\"\"\"\"");
  folder.Write(kHeadFile, text);
  EXPECT_EQ(ReadHead(path).value()->seq, 3U);
}

}  // namespace
}  // namespace audit
