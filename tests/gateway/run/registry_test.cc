#include "gateway/run/registry.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/child.h"
#include "gateway/run/output_log.h"

namespace run {
namespace {

constexpr base::WallTime kNow{std::chrono::milliseconds{7000}};

class RegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "registry-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto registry = Registry::Open(root_ + "/lib");
    ASSERT_TRUE(registry) << registry.error().message();
    registry_ = std::move(*registry);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  static RunRecord Record(const std::string& id) {
    RunRecord record;
    record.id = id;
    record.app = "shop";
    record.release = "v2";
    record.person = "alice";
    record.command = "rake \xff";
    record.boot = "boot";
    return record;
  }
  Entry MakeRun(const std::string& id) {
    auto entry = registry_->Create(Record(id));
    EXPECT_TRUE(entry) << entry.error().message();
    EXPECT_TRUE(registry_->Publish(id));
    return std::move(*entry);
  }

  std::string root_;
  std::optional<Registry> registry_;
};

TEST_F(RegistryTest, ARunIsSeenWholeOrNotAtAll) {
  auto entry = registry_->Create(Record("aaaaaaaa"));
  ASSERT_TRUE(entry);
  EXPECT_THAT(*registry_->List(), testing::IsEmpty());
  ASSERT_TRUE(registry_->Publish("aaaaaaaa"));
  const auto runs = registry_->List();
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_EQ(runs->at(0).record.command, "rake \xff");
  EXPECT_TRUE(runs->at(0).supervised);
  EXPECT_FALSE(runs->at(0).ending);
}

TEST_F(RegistryTest, ASupervisorsDeathIsSeenByItsLock) {
  {
    const Entry entry = MakeRun("aaaaaaaa");
    EXPECT_TRUE(registry_->Find("aaaaaaaa")->supervised);
  }
  EXPECT_FALSE(registry_->Find("aaaaaaaa")->supervised);
}

TEST_F(RegistryTest, AForkedCommandDoesNotKeepTheLock) {
  auto pipe = base::MakePipe();
  std::optional<base::Child> command;
  {
    const Entry entry = MakeRun("aaaaaaaa");
    auto child = base::Child::Fork([&] {
      base::CloseAllFdsBut({pipe->first.get()});
      pipe->second.Release();
      char byte = 0;
      return static_cast<int>(read(pipe->first.get(), &byte, 1));
    });
    ASSERT_TRUE(child);
    command = std::move(*child);
    // Waits until the child has closed what it inherited: only then does its read begin.
    while (std::filesystem::exists("/proc/" + std::to_string(command->pid()) + "/fd/" +
                                   std::to_string(entry.fd()))) {
    }
  }
  EXPECT_FALSE(registry_->Find("aaaaaaaa")->supervised);
}

TEST_F(RegistryTest, AnEndIsKept) {
  const Entry entry = MakeRun("aaaaaaaa");
  ASSERT_TRUE(entry.WriteLeader({.pid = 42, .start_time = 7}));
  ASSERT_TRUE(
      entry.WriteEnding({.how = How::kSignalled, .status = 137, .signal = 9, .ended_ms = 5}));
  const auto state = registry_->Find("aaaaaaaa");
  ASSERT_TRUE(state && state->ending && state->leader);
  EXPECT_EQ(state->leader->pid, 42);
  EXPECT_EQ(state->ending->how, How::kSignalled);
  EXPECT_EQ(state->ending->signal, 9);
}

TEST_F(RegistryTest, HalfALineAtTheEndDoesNotCount) {
  const Entry entry = MakeRun("aaaaaaaa");
  ASSERT_TRUE(entry.WriteLeader({.pid = 42, .start_time = 7}));
  std::ofstream(root_ + "/lib/runs/aaaaaaaa.jsonl", std::ios::app) << R"({"type":"ending","how":0)";
  const auto state = registry_->Find("aaaaaaaa");
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->leader);
  EXPECT_FALSE(state->ending);
}

TEST_F(RegistryTest, ARetiredRunIsListedAmongTheEnded) {
  { const Entry entry = MakeRun("aaaaaaaa"); }
  ASSERT_TRUE(registry_->Retire("aaaaaaaa"));
  EXPECT_THAT(*registry_->List(), testing::IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(root_ + "/lib/runs/.new"));
  EXPECT_EQ(registry_->FindEnded("aaaaaaaa")->record.app, "shop");
  EXPECT_FALSE(registry_->FindEnded("bbbbbbbb"));
}

TEST_F(RegistryTest, EndedRunsAreForgottenByAgeAndNumber) {
  const auto end = [this](const std::string& id, std::uint64_t ended_ms) {
    { ASSERT_TRUE(MakeRun(id).WriteEnding({.ended_ms = ended_ms, .complete = true})); }
    auto output = OutputLog::Create(registry_->outputs(), id, 16);
    ASSERT_TRUE(output);
    output->Append(record::Stream::kStdout, "abc");
    ASSERT_TRUE(registry_->Retire(id));
  };
  end("aaaaaaaa", 1000);
  end("bbbbbbbb", 3000);
  end("cccccccc", 2000);
  EXPECT_EQ(*registry_->Forget(base::WallTime(std::chrono::milliseconds(1500)), {10, 1U << 30U}),
            1U);
  EXPECT_EQ(registry_->ListEnded()->front().record.id, "cccccccc");
  EXPECT_EQ(*registry_->Forget(base::WallTime(), {1, 1U << 30U}), 1U);
  ASSERT_EQ(registry_->ListEnded()->size(), 1U);
  EXPECT_EQ(registry_->ListEnded()->front().record.id, "bbbbbbbb");
  EXPECT_GT(registry_->OutputBytes("bbbbbbbb"), 0U);
  EXPECT_EQ(*registry_->Forget(base::WallTime(), {1, 1}), 1U) << "its output is over the share";
  EXPECT_EQ(registry_->OutputBytes("bbbbbbbb"), 0U);
}

TEST_F(RegistryTest, WhatWasNeverPublishedHasEndedWithoutAStartOnceItsMakerIsGone) {
  auto entry = registry_->Create(Record("aaaaaaaa"));
  ASSERT_TRUE(entry);
  registry_->AdoptUnpublished(kNow);
  EXPECT_THAT(*registry_->List(), testing::IsEmpty());
  entry = base::Fail(base::Code::kNotFound, "let go");
  registry_->AdoptUnpublished(kNow);
  const auto runs = registry_->List();
  ASSERT_EQ(runs->size(), 1U);
  ASSERT_TRUE(runs->front().ending);
  EXPECT_EQ(runs->front().ending->how, How::kNotStarted);
  EXPECT_EQ(runs->front().ending->ended_ms, 7000U);
  EXPECT_TRUE(std::filesystem::is_empty(root_ + "/lib/runs/.new"));
}

TEST_F(RegistryTest, NothingIsAdoptedWhileSomebodyMayBeMakingARun) {
  ASSERT_TRUE(registry_->Create(Record("aaaaaaaa")));
  const auto admission = registry_->LockAdmission();
  registry_->AdoptUnpublished(kNow);
  EXPECT_THAT(*registry_->List(), testing::IsEmpty());
}

TEST_F(RegistryTest, HalfARecordIsRemoved) {
  std::ofstream(root_ + "/lib/runs/.new/aaaaaaaa.jsonl") << R"({"type":"run","id")";
  registry_->AdoptUnpublished(kNow);
  EXPECT_TRUE(std::filesystem::is_empty(root_ + "/lib/runs/.new"));
}

TEST_F(RegistryTest, ADamagedFileIsNamedAndDoesNotHideTheOthers) {
  const Entry entry = MakeRun("aaaaaaaa");
  { const Entry other = MakeRun("bbbbbbbb"); }
  std::ofstream(root_ + "/lib/runs/bbbbbbbb.jsonl") << "{";
  std::vector<std::string> damaged;
  const auto runs = registry_->List(&damaged);
  ASSERT_EQ(runs->size(), 1U);
  EXPECT_THAT(damaged, testing::ElementsAre("bbbbbbbb.jsonl"));
}

TEST_F(RegistryTest, AFifoIsDamagedAndHoldsNothingUp) {
  const Entry entry = MakeRun("aaaaaaaa");
  ASSERT_EQ(mkfifo((root_ + "/lib/runs/bbbbbbbb.jsonl").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo((root_ + "/lib/runs/.new/cccccccc.jsonl").c_str(), 0600), 0);
  std::vector<std::string> damaged;
  EXPECT_EQ(registry_->List(&damaged)->size(), 1U);
  EXPECT_THAT(damaged, testing::ElementsAre("bbbbbbbb.jsonl"));
  EXPECT_FALSE(registry_->Look("bbbbbbbb"));
  registry_->AdoptUnpublished(kNow);
}

TEST_F(RegistryTest, TwoRunsCannotHaveOneId) {
  const Entry entry = MakeRun("aaaaaaaa");
  auto second = registry_->Create(Record("aaaaaaaa"));
  ASSERT_TRUE(second);
  EXPECT_FALSE(registry_->Publish("aaaaaaaa"));
}

TEST_F(RegistryTest, TheAdmissionLockIsOneAtATime) {
  auto lock = registry_->LockAdmission();
  ASSERT_TRUE(lock);
  auto waiting = base::Child::Fork([&] {
    base::CloseAllFdsBut({});
    const auto again = Registry::Open(root_ + "/lib");
    return again && again->LockAdmission() ? 0 : 1;
  });
  ASSERT_TRUE(waiting);
  EXPECT_EQ(*waiting->TryWait(), std::nullopt);
  lock->Reset();
  EXPECT_EQ(waiting->Wait()->status, 0);
}

TEST_F(RegistryTest, AViewSeesTheEndOfARunThatHasLeft) {
  std::optional<Entry> entry = MakeRun("aaaaaaaa");
  EXPECT_FALSE(registry_->Look("bbbbbbbb"));
  const auto view = registry_->Look("aaaaaaaa");
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->supervised());
  EXPECT_FALSE(view->Read()->ending);
  ASSERT_TRUE(entry->WriteEnding({.status = 3}));
  entry.reset();
  ASSERT_TRUE(registry_->Retire("aaaaaaaa"));
  EXPECT_FALSE(view->supervised());
  EXPECT_EQ(view->Read()->ending->status, 3);
}

TEST_F(RegistryTest, PlacesOfWatchersAreBoundedInAllAndByPerson) {
  auto first = registry_->TakeWatchersPlace(3, "alice", 2);
  const auto second = registry_->TakeWatchersPlace(3, "alice", 2);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(registry_->TakeWatchersPlace(3, "alice", 2).error().message(),
            "you watch 2 runs, which is the limit for a person");
  const auto third = registry_->TakeWatchersPlace(3, "bob", 2);
  ASSERT_TRUE(third);
  EXPECT_EQ(registry_->TakeWatchersPlace(3, "bob", 2).error().message(),
            "too many runs are being watched");
  first->Reset();
  EXPECT_TRUE(registry_->TakeWatchersPlace(3, "bob", 2));
  EXPECT_TRUE(registry_->TakeWatchersPlace(3, "alice", 2));
}

TEST(RunId, IsEightCharactersOfBase32) {
  const auto id = NewRunId();
  ASSERT_TRUE(id);
  EXPECT_THAT(*id, testing::MatchesRegex("[a-z2-7]{8}"));
  EXPECT_NE(*id, *NewRunId());
}

}  // namespace
}  // namespace run
