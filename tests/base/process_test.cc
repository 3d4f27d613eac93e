#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <stdexcept>

#include "base/child.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/packet.h"

namespace base {
namespace {

TEST(Child, ItsExitStatusIsWhatTheBodyReturns) {
  auto child = Child::Fork([] { return 7; });
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->ShellStatus(), 7);
  EXPECT_FALSE(child->valid());
}

TEST(Child, AnExceptionDoesNotLeaveTheBody) {
  auto child = Child::Fork([]() -> int { throw std::runtime_error("x"); });
  EXPECT_EQ(child->Wait()->status, 70);
}

TEST(Child, ItsSignalIsToldAsAShellWould) {
  auto child = Child::Fork([] { return pause(); });
  EXPECT_EQ(*child->TryWait(), std::nullopt);
  ASSERT_TRUE(child->Signal(SIGTERM));
  EXPECT_EQ(child->Wait()->ShellStatus(), 128 + SIGTERM);
}

TEST(Child, TheDestructorLeavesNoProcess) {
  pid_t pid = 0;
  {
    auto child = Child::Fork([] { return pause(); });
    pid = child->pid();
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST(CloseAllFdsBut, KeepsWhatIsNamedAndNothingElse) {
  auto one = MakePipe();
  auto two = MakePipe();
  auto child = Child::Fork([&] {
    CloseAllFdsBut({two->second.get(), -1, one->first.get()});
    const bool kept =
        fcntl(one->first.get(), F_GETFD) >= 0 && fcntl(two->second.get(), F_GETFD) >= 0;
    const bool closed =
        fcntl(one->second.get(), F_GETFD) < 0 && fcntl(two->first.get(), F_GETFD) < 0;
    return kept && closed && fcntl(0, F_GETFD) >= 0 ? 0 : 1;
  });
  EXPECT_EQ(child->Wait()->status, 0);
}

class LoopTest : public testing::Test {
 protected:
  SystemClock clock_;
  Loop loop_{clock_};
};

TEST_F(LoopTest, RunsUntilNothingIsLeftToWaitFor) {
  int calls = 0;
  loop_.After(std::chrono::milliseconds(1), [&] { ++calls; });
  loop_.Run();
  EXPECT_EQ(calls, 1);
}

TEST_F(LoopTest, TimersRunInTheirOrderAndACancelledOneDoesNot) {
  std::string order;
  loop_.After(std::chrono::milliseconds(2), [&] { order += 'b'; });
  loop_.After(std::chrono::milliseconds(1), [&] { order += 'a'; });
  loop_.Cancel(loop_.After(std::chrono::milliseconds(1), [&] { order += 'x'; }));
  loop_.Run();
  EXPECT_EQ(order, "ab");
}

TEST_F(LoopTest, ACallbackMayUnwatchItself) {
  auto pipe = MakePipe();
  int calls = 0;
  ASSERT_EQ(write(pipe->second.get(), "x", 1), 1);
  loop_.Watch(pipe->first.get(), POLLIN, [&](short) {
    ++calls;
    loop_.Unwatch(pipe->first.get());
  });
  loop_.Run();
  EXPECT_EQ(calls, 1);
}

TEST_F(LoopTest, ADescriptorThatIsReusedDoesNotGetTheOldOnesEvents) {
  auto first = MakePipe();
  auto second = MakePipe();
  ASSERT_EQ(write(first->second.get(), "x", 1), 1);
  ASSERT_EQ(write(second->second.get(), "x", 1), 1);
  std::string seen;
  // Both are ready in one round; the first closes the second and puts a silent one in its place.
  const int low = std::min(first->first.get(), second->first.get());
  const int high = std::max(first->first.get(), second->first.get());
  auto silent = MakePipe();
  loop_.Watch(low, POLLIN, [&](short) {
    seen += 'l';
    loop_.Unwatch(low);
    loop_.Unwatch(high);
    dup2(silent->first.get(), high);
    loop_.Watch(high, POLLIN, [&](short) { seen += 'h'; });
    loop_.Stop();
  });
  loop_.Watch(high, POLLIN, [&](short) { seen += 'o'; });
  loop_.Run();
  EXPECT_EQ(seen, "l");
}

TEST_F(LoopTest, WithNoEventsADescriptorIsLeftAlone) {
  auto pipe = MakePipe();
  pipe->second.Reset();  // hung up
  loop_.Watch(pipe->first.get(), 0, [](short) { FAIL(); });
  loop_.Run();
}

TEST(Packet, TooMuchIsRefusedBeforeItIsSent) {
  auto pair = MakeSocketPair(SOCK_SEQPACKET);
  EXPECT_EQ(SendPacket(pair->first.get(), std::string(kMaxPacket, 'x')).error().code(),
            Code::kTooLarge);
  HoldLongPackets(pair->first.get());
  EXPECT_EQ(SendPacket(pair->first.get(), std::string(kMaxPacket + 1, 'x')).error().code(),
            Code::kTooLarge);
  EXPECT_TRUE(SendPacket(pair->first.get(), std::string(kMaxPacket, 'x')));
  EXPECT_EQ(ReceivePacket(pair->second.get(), Wait::kYes)->bytes.size(), kMaxPacket);
}

TEST(Packet, APeerThatIsGoneIsAnErrorAndNoSignal) {
  auto pair = MakeSocketPair(SOCK_SEQPACKET);
  pair->second.Reset();
  EXPECT_EQ(SendPacket(pair->first.get(), "x").error().code(), Code::kNotFound);
}

TEST(Packet, WhatAPeerSaidBeforeItEndedIsHeardThoughItLeftSomethingUnread) {
  auto pair = MakeSocketPair(SOCK_SEQPACKET);
  ASSERT_TRUE(SendPacket(pair->first.get(), "unread"));
  ASSERT_TRUE(SendPacket(pair->second.get(), "last word"));
  pair->second.Reset();
  EXPECT_EQ(ReceivePacket(pair->first.get(), Wait::kNo)->bytes, "last word");
  EXPECT_EQ(ReceivePacket(pair->first.get(), Wait::kNo).error().message(), "closed");
}

TEST(Clock, FormatsUtcWithMilliseconds) {
  const WallTime time{std::chrono::milliseconds(1772357400125)};
  EXPECT_EQ(FormatUtc(time), "2026-03-01T09:30:00.125Z");
  EXPECT_EQ(FormatUtcDay(time), "2026-03-01");
}

}  // namespace
}  // namespace base
