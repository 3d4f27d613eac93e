// The writer is killed at each byte that it writes, and around each sync, while clients wait.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <map>

#include "base/child.h"
#include "gateway/audit/client.h"
#include "gateway/audit/record.h"
#include "gateway/audit/verify.h"
#include "gateway/audit/writer.h"
#include "tests/gateway/audit/signed_log.h"

namespace audit {
namespace {

constexpr int kClients = 6;
constexpr int kRecords = 3;  // that each client asks for, if it lives to

// Kills its process at its `left`th call, before or after what that does.
class MortalDisk final : public Disk {
 public:
  explicit MortalDisk(std::size_t left) : left_(left) {}
  ssize_t Write(int fd, const char* bytes, std::size_t size) const override {
    Spend();
    const ssize_t n = Disk::Write(fd, bytes, size);
    Spend();
    return n;
  }
  int Sync(int fd) const override {
    Spend();
    const int result = Disk::Sync(fd);
    Spend();
    return result;
  }

 private:
  void Spend() const {
    if (left_-- == 0) kill(getpid(), SIGKILL);
  }
  mutable std::size_t left_;
};

// Kills its process when `left` bytes are written: those are in the file, the next is not. A sync
// counts as a byte, before and after it.
class DeadlyDisk final : public Disk {
 public:
  explicit DeadlyDisk(std::size_t left) : left_(left) {}
  ssize_t Write(int fd, const char* bytes, std::size_t size) const override {
    if (size <= left_) {
      left_ -= size;
      return Disk::Write(fd, bytes, size);
    }
    Disk::Write(fd, bytes, left_);
    kill(getpid(), SIGKILL);
    return -1;
  }
  int Sync(int fd) const override {
    Spend();
    const int result = Disk::Sync(fd);
    Spend();
    return result;
  }

 private:
  void Spend() const {
    if (left_ == 0) kill(getpid(), SIGKILL);
    --left_;
  }
  mutable std::size_t left_;
};

struct Outcome {
  bool killed = false;
  std::map<std::uint64_t, std::string> durable;  // what was told durable: sequence number and text
};

std::string Told(int client, int record) {
  return "client " + std::to_string(client) + " record " + std::to_string(record);
}

// One writer's life, which `disk` may end, with every client waiting for an answer meanwhile. It
// signs if there are keys in `etc`.
Outcome Live(const ScratchLog& scratch, const Disk& disk, const std::string& etc = "") {
  auto control = base::MakeSocketPair(SOCK_SEQPACKET).value();
  auto writer = base::Child::Fork([&] {
                  control.first.Reset();
                  const FakeClock clock;
                  WriterOptions options;
                  options.directory = scratch.path();
                  options.host = "h";
                  options.etc = etc;
                  options.seal.records = 4;
                  return RunWriter(std::move(control.second), options, clock, disk);
                }).value();
  control.second.Reset();
  std::vector<base::Child> clients;
  std::vector<base::UniqueFd> reports;
  for (int i = 0; i < kClients; ++i) {
    auto pipe = base::MakePipe().value();
    clients.push_back(base::Child::Fork([&, i] {
                        pipe.first.Reset();
                        auto client = Introduce(control.first.get());
                        control.first.Reset();
                        if (!client) return 1;
                        for (int r = 0; r < kRecords; ++r) {
                          Listed event;
                          event.what = Told(i, r);
                          const auto seq = client->Record(event, std::chrono::seconds(20));
                          if (!seq) return 1;
                          const std::uint64_t number = *seq;
                          if (write(pipe.second.get(), &number, sizeof number) < 0) return 1;
                        }
                        return 0;
                      }).value());
    reports.push_back(std::move(pipe.first));
  }
  for (base::Child& client : clients) EXPECT_TRUE(client.Wait());
  control.first.Reset();
  Outcome outcome;
  outcome.killed = writer.Wait()->signal == SIGKILL;
  for (int i = 0; i < kClients; ++i) {
    std::uint64_t seq = 0;
    for (int r = 0;
         read(reports[static_cast<std::size_t>(i)].get(), &seq, sizeof seq) == sizeof seq; ++r) {
      outcome.durable[seq] = Told(i, r);
    }
  }
  return outcome;
}

// What the log holds: sequence number and text.
std::map<std::uint64_t, std::string> Held(const ScratchLog& scratch) {
  std::map<std::uint64_t, std::string> held;
  for (const std::string& line : scratch.Lines(kDay1)) {
    const auto record = ParseRecord(std::string_view(line).substr(0, line.size() - 1));
    if (record) held[record->seq] = record->Text("what");
  }
  return held;
}

void ExpectHeld(const ScratchLog& scratch, const Outcome& outcome, std::size_t left) {
  const auto held = Held(scratch);
  for (const auto& [seq, text] : outcome.durable) {
    const auto at = held.find(seq);
    ASSERT_NE(at, held.end()) << "killed after " << left << ": record " << seq << " is not there";
    EXPECT_EQ(at->second, text);
  }
}

TEST(Crash, AtAnyByteLeavesALogThatIsSoundAndHoldsWhatWasToldDurable) {
  std::size_t kills = 0;
  // The step is a prime: over several lines every place in a line is met.
  for (std::size_t left = 0;; left += 17) {
    const ScratchLog scratch;
    const Outcome outcome = Live(scratch, DeadlyDisk(left));
    if (!outcome.killed) {
      EXPECT_EQ(outcome.durable.size(), std::size_t{kClients * kRecords});
      EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
      break;
    }
    ++kills;
    auto log = scratch.Open();
    ASSERT_TRUE(log) << log.error().message();
    ASSERT_FALSE(log->Append({Listing("after")}).failure);
    const Report report = Verify(scratch.path());
    ASSERT_EQ(report.verdict, Verdict::kSound) << left << ": " << Describe(report.findings.front());
    ExpectHeld(scratch, outcome, left);
  }
  EXPECT_GT(kills, 100U);
}

TEST(Crash, InTheMiddleOfARecoveryIsRecoveredFrom) {
  const ScratchLog made;
  made.Open()->Append({Listing("a")});
  const std::string whole = made.Read(kDay1);
  bool killed = true;
  for (std::size_t left = 0; killed; ++left) {
    const ScratchLog scratch;
    scratch.Write(kDay1, whole + "{\"seq\":2,");
    auto child = base::Child::Fork([&] {
                   const DeadlyDisk disk(left);
                   return scratch.Open(disk) ? 0 : 1;
                 }).value();
    killed = child.Wait()->signal == SIGKILL;
    ASSERT_TRUE(scratch.Open());
    const Report report = Verify(scratch.path());
    ASSERT_EQ(report.verdict, Verdict::kSound) << left;
    EXPECT_EQ(scratch.Lines(kDay1)[0], whole);
  }
}

TEST(Crash, OneAfterAnotherLeavesOneChain) {
  const ScratchLog scratch;
  std::map<std::uint64_t, std::string> durable;
  for (std::size_t left = 301; left < 3000; left += 171) {
    const Outcome outcome = Live(scratch, DeadlyDisk(left));
    for (const auto& told : outcome.durable) EXPECT_TRUE(durable.insert(told).second);
    ExpectHeld(scratch, Outcome{true, durable}, left);
  }
  ASSERT_TRUE(scratch.Open());
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound) << Describe(report.findings.front());
  EXPECT_GT(report.recoveries, 5U);
  EXPECT_EQ(report.first, 1U);
}

TEST(Crash, AtAnyCallOfASignedLogLeavesOneChainThatIsSigned) {
  std::size_t kills = 0;
  for (std::size_t left = 0;; ++left) {
    SignedLog scratch;
    scratch.Record({Listing("before")});
    const Outcome outcome = Live(scratch, MortalDisk(left), scratch.etc());
    kills += outcome.killed ? 1 : 0;
    scratch.Record({Listing("after")});
    const Report report = scratch.VerifyWith(scratch.key, scratch.Checkpoints());
    ASSERT_EQ(report.verdict, Verdict::kSound) << left << ": " << Describe(report.findings.front());
    ASSERT_EQ(report.sealed.last_signed + 1, report.last) << left;
    ASSERT_EQ(report.sealed.last_anchored, report.sealed.last_signed) << left;
    ExpectHeld(scratch, outcome, left);
    if (!outcome.killed) break;
  }
  EXPECT_GT(kills, 10U);
}

TEST(Crash, AtAnyByteOfAChangeOfKeysIsFinishedByTheNextWriter) {
  bool killed = true;
  // The change is in the first batch, of a few thousand bytes.
  for (std::size_t left = 0; killed && left < 4000; left += 83) {
    SignedLog scratch;
    scratch.Record({Listing("before")});
    const std::string next = scratch.keys().MakeNext().value().text();
    killed = Live(scratch, DeadlyDisk(left), scratch.etc()).killed;
    scratch.Record({Listing("after")});
    for (const std::string& known : {scratch.key, next}) {
      const Report report = scratch.VerifyWith(known);
      ASSERT_EQ(report.verdict, Verdict::kSound) << left << Describe(report.findings.front());
      ASSERT_EQ(report.sealed.key, next) << left;
      ASSERT_EQ(report.sealed.rotations, 1U) << left;
    }
    EXPECT_EQ(scratch.keys().Public().value()->text(), next);
    EXPECT_FALSE(scratch.keys().Next().value().has_value());
  }
}

}  // namespace
}  // namespace audit
