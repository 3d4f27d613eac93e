#include "gateway/audit/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "base/child.h"
#include "base/text.h"
#include "gateway/audit/digest.h"
#include "gateway/audit/record.h"
#include "gateway/audit/verify.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

// Takes `room` bytes and then is full; syncs as it is told.
class SmallDisk final : public Disk {
 public:
  ssize_t Write(int fd, const char* bytes, std::size_t size) const override {
    if (room == 0) {
      errno = ENOSPC;
      return -1;
    }
    const ssize_t n = Disk::Write(fd, bytes, std::min(size, room));
    if (n > 0) room -= static_cast<std::size_t>(n);
    return n;
  }
  int Sync(int fd) const override {
    if (sync_error == 0) return Disk::Sync(fd);
    errno = sync_error;
    return -1;
  }
  mutable std::size_t room = 1U << 20;
  int sync_error = 0;
};

TEST(Log, WritesTheLineThatTheFormatDescribes) {
  const ScratchLog scratch;
  auto log = scratch.Open();
  ASSERT_TRUE(log) << log.error().message();
  const Appended appended = log->Append({JsonOf(ServiceStarted{"0.1.0", false})});
  EXPECT_FALSE(appended.failure);
  EXPECT_EQ(appended.first, 1U);
  EXPECT_EQ(appended.durable, 1U);
  EXPECT_EQ(scratch.Read(kDay1),
            R"({"seq":1,"time":"2026-03-01T09:30:00.125Z","host":"h","prev":")" +
                std::string(64, '0') +
                R"(","event":"service.started","version":"0.1.0","development":false})" + "\n");
}

TEST(Log, EachRecordNamesTheDigestOfTheLineBeforeIt) {
  const ScratchLog scratch;
  ASSERT_EQ(scratch.Open()->Append({Listing("a"), Listing("b")}).durable, 2U);
  const auto lines = scratch.Lines(kDay1);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(ParseRecord(lines[1].substr(0, lines[1].size() - 1))->prev,
            Sha256::Of(lines[0].substr(0, lines[0].size() - 1)));
}

TEST(Log, GoesOnInANewFileEachDay) {
  ScratchLog scratch;
  scratch.Fill(2);
  EXPECT_EQ(scratch.Lines(kDay1).size(), 2U);
  EXPECT_EQ(scratch.Lines(kDay2).size(), 2U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, GoesOnWhereItsPredecessorEnded) {
  ScratchLog scratch;
  scratch.Fill(2);
  auto log = scratch.Open();
  EXPECT_EQ(log->next(), 5U);
  EXPECT_EQ(log->Append({Listing("more")}).first, 5U);
  EXPECT_EQ(Verify(scratch.path()).records, 5U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, KeepsToTheNewestFileWhenTheClockIsSetBack) {
  ScratchLog scratch;
  scratch.Fill(1);
  scratch.clock.now -= std::chrono::hours(48);
  EXPECT_EQ(scratch.Open()->Append({Listing("earlier")}).first, 3U);
  EXPECT_EQ(scratch.Lines(kDay2).size(), 2U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, FilesAreForTheirOwnerAndGroupOnly) {
  const ScratchLog scratch;
  const mode_t old = umask(0);
  scratch.Open()->Append({Listing("a")});
  umask(old);
  struct stat status {};
  ASSERT_EQ(stat(scratch.File(kDay1).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

TEST(Log, HasOneWriterAtATime) {
  const ScratchLog scratch;
  {
    const auto first = scratch.Open();
    ASSERT_TRUE(first);
    EXPECT_TRUE(Log::IsHeld(scratch.path()));
    const auto second = scratch.Open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message(), "another writer holds the log");
  }
  EXPECT_FALSE(Log::IsHeld(scratch.path()));
  EXPECT_TRUE(scratch.Open());
}

TEST(Log, IsNotWrittenThroughALink) {
  const ScratchLog scratch;
  const ScratchLog elsewhere;
  elsewhere.Write("target", "");
  std::filesystem::create_symlink(elsewhere.File("target"), scratch.File(kDay1));
  const auto log = scratch.Open();
  EXPECT_FALSE(log);
  EXPECT_EQ(elsewhere.Read("target"), "");
}

// Cuts the log of two records within the second, at each of its bytes, and opens it.
TEST(Log, ATornLastLineIsClosedAndAccountedForWhereverItWasCut) {
  ScratchLog made;
  ASSERT_EQ(made.Open()->Append({Listing("a"), Listing("b")}).durable, 2U);
  const auto lines = made.Lines(kDay1);
  for (std::size_t cut = 1; cut < lines[1].size(); ++cut) {
    const ScratchLog scratch;
    scratch.Write(kDay1, lines[0] + lines[1].substr(0, cut));
    auto log = scratch.Open();
    ASSERT_TRUE(log) << cut << ": " << log.error().message();
    ASSERT_EQ(log->Append({Listing("c")}).durable, 1U);
    const auto now = scratch.Lines(kDay1);
    const bool whole = cut == lines[1].size() - 1;  // only the newline was missing
    EXPECT_EQ(now[0], lines[0]);
    EXPECT_EQ(now[1], lines[1].substr(0, cut) + "\n");
    const auto recovered = ParseRecord(now[2].substr(0, now[2].size() - 1));
    ASSERT_TRUE(recovered);
    EXPECT_EQ(recovered->event, "recovered");
    EXPECT_EQ(recovered->seq, whole ? 3U : 2U);
    EXPECT_EQ(recovered->object["bytes"], whole ? 0 : cut + 1);
    const Report report = Verify(scratch.path());
    EXPECT_EQ(report.verdict, Verdict::kSound) << cut;
    EXPECT_EQ(report.recoveries, 1U);
  }
}

TEST(Log, ALineTornOnTheDayBeforeIsClosedInItsOwnFile) {
  ScratchLog scratch;
  scratch.Open()->Append({Listing("a")});
  scratch.Append(kDay1, "{\"seq\":2,\"ti");
  scratch.clock.now += std::chrono::hours(24);
  ASSERT_TRUE(scratch.Open());
  EXPECT_EQ(scratch.Lines(kDay1)[1], "{\"seq\":2,\"ti\n");
  EXPECT_EQ(scratch.Lines(kDay2).size(), 1U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, SeveralTornLinesOverTwoFilesAreAccountedForAtOnce) {
  ScratchLog scratch;
  scratch.Open()->Append({Listing("a")});
  scratch.Append(kDay1, "junk\n\nmore junk");
  scratch.Write(kDay2, "{\"seq\":2");
  scratch.clock.now += std::chrono::hours(24);
  ASSERT_TRUE(scratch.Open());
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(Describe(report.findings[0]),
            "2026-03-02.jsonl:2: recovered: the writer ended in the middle of a line; 4 cut lines "
            "accounted for");
}

TEST(Log, ZerosBehindALineAreAccountedForLikeAnyTornLine) {
  for (const std::string& begun :
       {std::string(), std::string("{\"seq\":2"), std::string("junk\n")}) {
    ScratchLog scratch;
    scratch.Open()->Append({Listing("a")});
    scratch.Append(kDay1, begun + std::string(5000, '\0'));
    ASSERT_TRUE(scratch.Open());
    const Report report = Verify(scratch.path());
    EXPECT_EQ(report.verdict, Verdict::kSound) << begun;
    EXPECT_EQ(report.recoveries, 1U);
  }
}

TEST(Log, ZerosBehindARecordWithoutItsNewlineMakeItATornLine) {
  ScratchLog scratch;
  scratch.Open()->Append({Listing("a"), Listing("b")});
  std::string whole;
  for (const std::string& line : scratch.Lines(kDay1)) whole += line;
  whole.back() = '\0';
  scratch.Write(kDay1, whole);
  ASSERT_TRUE(scratch.Open());
  EXPECT_EQ(ParseRecord(base::Trim(scratch.Lines(kDay1)[2]))->seq, 2U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, AHoleOfAnySizeIsSkipped) {
  ScratchLog scratch;
  scratch.Open()->Append({Listing("a")});
  std::filesystem::resize_file(scratch.path() + "/" + kDay1, 70ULL << 20);
  const auto log = scratch.Open();
  ASSERT_TRUE(log) << log.error().message();
  EXPECT_EQ(log->next(), 3U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, AHoleWhoseRecoveryWasCutIsSkippedToo) {
  ScratchLog scratch;
  scratch.Open()->Append({Listing("a")});
  std::filesystem::resize_file(scratch.path() + "/" + kDay1, 70ULL << 20);
  scratch.Append(kDay1, "\n");
  const auto log = scratch.Open();
  ASSERT_TRUE(log) << log.error().message();
  EXPECT_EQ(log->next(), 3U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, AFileOfJunkOnlyIsAccountedFor) {
  const ScratchLog scratch;
  scratch.Write(kDay1, std::string(3U << 20, '\0'));
  ASSERT_TRUE(scratch.Open());
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, AFullDiskFailsTheBatchAndTheNextOneRecovers) {
  const ScratchLog scratch;
  SmallDisk disk;
  auto log = scratch.Open(disk);
  ASSERT_EQ(log->Append({Listing("a")}).durable, 1U);
  disk.room = 50;
  const Appended failed = log->Append({Listing("b")});
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->message(), "2026-03-01.jsonl: No space left on device");
  EXPECT_EQ(failed.written, 0U);
  ASSERT_TRUE(log->Append({Listing("c")}).failure);  // still full
  disk.room = 1U << 20;
  const Appended appended = log->Append({Listing("d")});
  ASSERT_FALSE(appended.failure) << appended.failure->message();
  EXPECT_EQ(appended.first, 3U);
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].message,
            "recovered: 2026-03-01.jsonl: No space left on device; 1 cut line accounted for");
}

TEST(Log, WhatOfABatchFitsIsDurableAndSaidToBe) {
  const ScratchLog made;
  made.Open()->Append({Listing("a"), Listing("b"), Listing("c")});
  const auto lines = made.Lines(kDay1);
  const std::size_t all = lines[0].size() + lines[1].size() + lines[2].size();
  for (std::size_t room = 1; room < all; ++room) {
    const ScratchLog scratch;
    SmallDisk disk;
    auto log = scratch.Open(disk);
    disk.room = room;
    const Appended appended = log->Append({Listing("a"), Listing("b"), Listing("c")});
    ASSERT_TRUE(appended.failure);
    const std::size_t fits = room < lines[0].size()                     ? 0
                             : room < lines[0].size() + lines[1].size() ? 1
                                                                        : 2;
    EXPECT_EQ(appended.durable, fits) << room;
    disk.room = 1U << 20;
    const Appended next = log->Append({Listing("d")});
    ASSERT_FALSE(next.failure) << next.failure->message();
    // `recovered` is between. A line that lacked but its newline is a record, though nobody was
    // told.
    const bool closed = room + 1 == lines[0].size() ||
                        room + 1 == lines[0].size() + lines[1].size() || room + 1 == all;
    EXPECT_EQ(next.first, fits + (closed ? 3 : 2)) << room;
    EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound) << room;
  }
}

TEST(Log, AFailedSyncMakesNothingDurableAndIsRecorded) {
  const ScratchLog scratch;
  SmallDisk disk;
  auto log = scratch.Open(disk);
  disk.sync_error = EIO;
  const Appended failed = log->Append({Listing("a"), Listing("b")});
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->message(), "2026-03-01.jsonl: sync: Input/output error");
  EXPECT_EQ(failed.written, 2U);
  EXPECT_EQ(failed.durable, 0U);
  disk.sync_error = 0;
  EXPECT_EQ(log->Append({Listing("c")}).first, 4U);
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].message,
            "recovered: 2026-03-01.jsonl: sync: Input/output error; 0 cut lines accounted for");
}

TEST(Log, AFileSizeLimitIsAFailedWriteLikeAnyOther) {
  const ScratchLog scratch;
  auto child = base::Child::Fork([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{600, 600};
    setrlimit(RLIMIT_FSIZE, &small);
    auto log = scratch.Open();
    for (int i = 0; i < 4; ++i) {
      if (auto failure = log->Append({Listing("a")}).failure) {
        return failure->message() == "2026-03-01.jsonl: File too large" ? 0 : 2;
      }
    }
    return 1;
  });
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->status, 0);
  ASSERT_EQ(scratch.Read(kDay1).size(), 600U);
  ASSERT_TRUE(scratch.Open());
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Log, AFileRemovedUnderItIsMissedAndTheGapShows) {
  const ScratchLog scratch;
  auto log = scratch.Open();
  log->Append({Listing("a"), Listing("b")});
  std::filesystem::remove(scratch.File(kDay1));
  EXPECT_EQ(log->Append({Listing("c")}).first, 4U);
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kDamaged);
  EXPECT_EQ(report.findings[1].message, "the log begins with record 3: 1 to 2 are not here");
  EXPECT_EQ(
      report.findings[0].message,
      "recovered: 2026-03-01.jsonl was removed or replaced by another program; records 1 to 2 "
      "were written, and are gone from the log's end; 0 cut lines accounted for");
}

TEST(Log, AFileCutUnderItIsMissedAndTheGapShows) {
  const ScratchLog scratch;
  auto log = scratch.Open();
  log->Append({Listing("a"), Listing("b"), Listing("c")});
  scratch.Write(kDay1, scratch.Lines(kDay1)[0]);
  log->Append({Listing("d")});
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kDamaged);
  EXPECT_EQ(Describe(report.findings[1]), "2026-03-01.jsonl:2: records 2 to 3 are missing");
}

TEST(Log, ADirectoryThatIsNotWritableIsAnErrorThatNamesTheFile) {
  const auto log = Log::Open(base::OpenDirectory("/proc/self").value(), "h", FakeClock());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().message().substr(0, 6), ".lock:");
}

}  // namespace
}  // namespace audit
