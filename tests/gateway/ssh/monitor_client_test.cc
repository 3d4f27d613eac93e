#include "gateway/ssh/monitor_client.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/ssh/control.h"
#include "gateway/wire/transport.h"

namespace ssh {
namespace {

using std::chrono::milliseconds;

class LinkTest : public testing::Test {
 protected:
  LinkTest() : pair_(*base::MakeSocketPair(SOCK_SEQPACKET)) {}

  int monitor() const { return pair_.second.get(); }
  MonitorClient Make(milliseconds patience = milliseconds(5000)) {
    return {std::move(pair_.first), patience, clock_};
  }

  base::SystemClock clock_;
  base::FdPair pair_;
};

TEST_F(LinkTest, AQuestionIsAnswered) {
  MonitorClient link = Make();
  ASSERT_TRUE(wire::Send(monitor(), wire::Verdict{.accepted = true, .disconnect = false}));
  const auto verdict = link.Ask(wire::Probe{"shop", "key"});
  ASSERT_TRUE(verdict);
  EXPECT_TRUE(verdict->accepted);
  const auto asked = wire::Receive<wire::FromSession>(monitor(), base::Wait::kNo);
  ASSERT_TRUE(asked);
  EXPECT_EQ(std::get<wire::Probe>(asked->message).user, "shop");
}

TEST_F(LinkTest, WhatTheLauncherSendsMeanwhileIsKeptInOrder) {
  MonitorClient link = Make();
  const auto pipe = base::MakePipe();
  ASSERT_TRUE(
      wire::Send(monitor(), wire::Answer{.channel = 1, .status = 77, .out = "", .err = "x"}));
  ASSERT_TRUE(wire::Send(monitor(), wire::Started{.channel = 2, .run = "r", .pty = false},
                         {pipe->first.get()}));
  ASSERT_TRUE(wire::Send(monitor(), wire::Signature{"blob"}));
  EXPECT_EQ(link.Ask(wire::SignExchange{"key", "ssh-ed25519", "hash"})->blob, "blob");
  auto first = link.Next();
  ASSERT_TRUE(first);
  EXPECT_EQ(std::get<wire::Answer>(first->message).status, 77);
  auto second = link.Next();
  ASSERT_TRUE(second);
  EXPECT_EQ(std::get<wire::Started>(second->message).channel, 2U);
  EXPECT_EQ(second->fds.size(), 1U);
  EXPECT_FALSE(link.Next());
}

TEST_F(LinkTest, AMonitorThatSaysNothingInTimeIsLost) {
  MonitorClient link = Make(milliseconds(20));
  const auto verdict = link.Ask(wire::Probe{"shop", "key"});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().message(), "the monitor is lost");
  EXPECT_TRUE(link.lost());
  EXPECT_EQ(link.fd(), -1);
  EXPECT_EQ(link.Start({}).error().message(), "the monitor is lost");
}

TEST_F(LinkTest, AnAnswerToAnotherQuestionLosesTheMonitor) {
  MonitorClient link = Make();
  ASSERT_TRUE(wire::Send(monitor(), wire::Signature{"blob"}));
  EXPECT_FALSE(link.Ask(wire::Probe{"shop", "key"}));
  EXPECT_TRUE(link.lost());
}

TEST_F(LinkTest, AnAnswerThatNobodyAskedForLosesTheMonitor) {
  MonitorClient link = Make();
  ASSERT_TRUE(wire::Send(monitor(), wire::Verdict{.accepted = true, .disconnect = false}));
  link.Receive();
  EXPECT_TRUE(link.lost());
}

TEST_F(LinkTest, WhatTheLauncherSaidIsHeardAfterTheMonitorsEnd) {
  MonitorClient link = Make();
  ASSERT_TRUE(link.Start({.channel = 1, .command = "true", .pty = {}, .environment = {}}));
  ASSERT_TRUE(
      wire::Send(monitor(), wire::Answer{.channel = 1, .status = 0, .out = "x", .err = ""}));
  pair_.second.Reset();  // with the Start unread: a reset, told ahead of the answer
  link.Receive();
  EXPECT_TRUE(link.lost());
  ASSERT_TRUE(link.Next());
}

TEST_F(LinkTest, AStartThatFitsNoPacketLeavesTheLinkAsItIs) {
  MonitorClient link = Make();
  const auto sent = link.Start(
      {.channel = 1, .command = std::string(300'000, 'x'), .pty = {}, .environment = {}});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), base::Code::kTooLarge);
  EXPECT_FALSE(link.lost());
}

class ControlTest : public testing::Test {
 protected:
  ControlTest()
      : loop_(clock_),
        pair_(*base::MakeSocketPair(SOCK_SEQPACKET)),
        control_(loop_, clock_, std::move(pair_.first)) {}

  int supervisor() const { return pair_.second.get(); }
  void RunUntilEnded() {
    loop_.OnIdle([this] {
      if (control_.ended()) loop_.Stop();
    });
    loop_.After(std::chrono::milliseconds(5000), [this] { loop_.Stop(); });
    loop_.Run();
  }

  base::SystemClock clock_;
  base::Loop loop_;
  base::FdPair pair_;
  Control control_;
};

TEST_F(ControlTest, TheSupervisorsLastWordIsHeardThoughItLeftOursUnread) {
  control_.Active();
  ASSERT_TRUE(wire::Send(supervisor(), wire::Ended{.status = 3, .text = ""}));
  pair_.second.Reset();
  RunUntilEnded();
  ASSERT_TRUE(control_.ended());
  EXPECT_EQ(control_.ended()->status, 3);
}

TEST_F(ControlTest, ASupervisorThatEndsWithoutAWordLostTheRun) {
  pair_.second.Reset();
  RunUntilEnded();
  ASSERT_TRUE(control_.ended());
  EXPECT_EQ(control_.ended()->status, 70);
  EXPECT_EQ(control_.ended()->text, "oneoff: the run was lost: its supervisor ended");
}

TEST_F(ControlTest, ActivityIsToldAtMostOnceASecond) {
  for (int i = 0; i < 100; ++i) control_.Active();
  EXPECT_TRUE(wire::Receive<wire::ToSupervisor>(supervisor(), base::Wait::kNo));
  EXPECT_FALSE(wire::Receive<wire::ToSupervisor>(supervisor(), base::Wait::kNo));
}

}  // namespace
}  // namespace ssh
