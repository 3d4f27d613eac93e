#include "gateway/monitor/local_monitor.h"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <thread>

#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"

// A local caller's one request reaches the broker, or its sender reads why not.
namespace monitor {
namespace {

using std::chrono::milliseconds;
using Standing = LocalMonitor::Standing;

constexpr milliseconds kPatience{10'000};

class LocalMonitorTest : public testing::Test {
 protected:
  void Run(Standing standing, milliseconds patience = kPatience) {
    shutdown(broker_.first.get(), SHUT_WR);  // it has let go of the connection
    LocalMonitor({.client = caller_.second.get(),
                  .broker = broker_.second.get(),
                  .line = std::move(*base::MakeSocketPair(SOCK_SEQPACKET))},
                 "deploy", [this](base::Level, const std::string& line) { log_ += line + "\n"; })
        .Run(standing, patience);
  }
  // What the caller is told; empty if nothing.
  std::string Told(int status) const {
    const auto answer = wire::Receive<wire::ToSession>(caller_.first.get(), base::Wait::kNo);
    if (!answer) return {};
    const auto& told = std::get<wire::Answer>(answer->message);
    EXPECT_EQ(told.status, status);
    EXPECT_EQ(told.out, "");
    return told.err;
  }
  auto Passed() const {
    return wire::Receive<wire::FromLocalMonitor>(broker_.first.get(), base::Wait::kNo);
  }
  static wire::LocalRequest Request(const std::string& command) {
    wire::LocalRequest request;
    request.user = "shop";
    request.start.command = command;
    return request;
  }

  base::FdPair caller_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  base::FdPair broker_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  std::string log_;
};

TEST_F(LocalMonitorTest, ARequestIsPassedOnAndItsAnswerComesBack) {
  ASSERT_TRUE(wire::Send(caller_.first.get(), Request("rake -T")));
  std::thread monitor([&] { Run(Standing::kKnown); });
  auto passed = wire::Receive<wire::FromLocalMonitor>(broker_.first.get(), base::Wait::kYes);
  ASSERT_TRUE(passed) << passed.error().message();
  ASSERT_EQ(passed->fds.size(), 1U);
  const auto& request = std::get<wire::LocalRequest>(passed->message);
  EXPECT_EQ(request.user, "shop");
  EXPECT_EQ(request.start.command, "rake -T");
  const auto pipe = base::MakePipe();
  EXPECT_TRUE(wire::Send(passed->fds[0].get(),
                         wire::Started{.channel = 0, .run = "r", .pty = false},
                         {pipe->first.get(), pipe->second.get()}));
  monitor.join();
  const auto answer = wire::Receive<wire::ToSession>(caller_.first.get(), base::Wait::kNo);
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(std::get<wire::Started>(answer->message).run, "r");
  EXPECT_EQ(answer->fds.size(), 2U);
  EXPECT_EQ(log_, "");
}

TEST_F(LocalMonitorTest, NothingThatACallerSendsReachesTheBrokerButTheRequest) {
  const auto pipe = base::MakePipe();
  ASSERT_TRUE(base::SendPacket(caller_.first.get(), wire::Encode(Request("rake -T")),
                               {pipe->second.get()}));
  ASSERT_TRUE(base::SendPacket(caller_.first.get(), "more", {pipe->second.get()}));
  std::thread monitor([&] { Run(Standing::kKnown); });
  auto passed = wire::Receive<wire::FromLocalMonitor>(broker_.first.get(), base::Wait::kYes);
  ASSERT_TRUE(passed) << passed.error().message();
  ASSERT_EQ(passed->fds.size(), 1U);
  EXPECT_FALSE(base::SendPacket(caller_.first.get(), "and more"));
  // It is a line of the monitor's own, on which nothing has come.
  EXPECT_EQ(base::ReceivePacket(passed->fds[0].get(), base::Wait::kNo).error().code(),
            base::Code::kUnavailable);
  passed->fds.clear();  // as a broker that is gone
  monitor.join();
  EXPECT_EQ(Told(0), "");
}

TEST_F(LocalMonitorTest, WhatIsNoRequestIsAnsweredAndNotPassedOn) {
  const std::string bad[] = {"x", "{}", R"({"type":"start","channel":0,"environment":[]})",
                             R"({"type":"local-request","version":1,"user":"shop"})",
                             std::string(60'000, '{')};
  for (const std::string& packet : bad) {
    caller_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
    broker_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
    ASSERT_TRUE(base::SendPacket(caller_.first.get(), packet));
    Run(Standing::kKnown);
    EXPECT_THAT(Told(release::kUsage), testing::StartsWith("oneoff: ")) << packet.substr(0, 60);
    EXPECT_FALSE(Passed());
  }
}

TEST_F(LocalMonitorTest, ARequestOfAnotherVersionIsRefused) {
  wire::LocalRequest request = Request("x");
  request.version = 2;
  ASSERT_TRUE(wire::Send(caller_.first.get(), request));
  Run(Standing::kKnown);
  EXPECT_EQ(Told(release::kUsage),
            "oneoff: this oneoff and the gateway's broker are of different versions\n");
}

TEST_F(LocalMonitorTest, ACommandIsAsLongAsOverSshAndNoLonger) {
  const auto longest = LocalMonitor::Understand(wire::Encode(Request(std::string(131'071, 'x'))));
  ASSERT_TRUE(longest);
  EXPECT_FALSE(longest->start.cut);
  const auto longer = LocalMonitor::Understand(wire::Encode(Request(std::string(131'072, 'x'))));
  ASSERT_TRUE(longer);
  EXPECT_TRUE(longer->start.cut.value_or(false));
  EXPECT_EQ(longer->start.command, std::string(4096, 'x'));
}

TEST_F(LocalMonitorTest, WhoSaysNothingIsSentAway) {
  Run(Standing::kKnown, milliseconds(1));
  EXPECT_EQ(Told(release::kUsage), "oneoff: no request came in time\n");
}

TEST_F(LocalMonitorTest, WhoLeavesIsNoEvent) {
  caller_.first.Reset();
  Run(Standing::kKnown);
  EXPECT_EQ(log_, "");
  EXPECT_FALSE(Passed());
}

TEST_F(LocalMonitorTest, AnAccountThatStandsForNobodyIsNotHeard) {
  ASSERT_TRUE(wire::Send(caller_.first.get(), Request("rake -T")));
  Run(Standing::kUnknown);
  EXPECT_EQ(
      Told(release::kDenied),
      "oneoff: the UNIX user deploy stands for no person here; the operator of this gateway can "
      "add it to \"unix_users\" in policy.json\n");
  const auto passed = Passed();
  ASSERT_TRUE(passed);
  EXPECT_EQ(std::get<wire::LocalStranger>(passed->message).account, "deploy");
  EXPECT_EQ(log_, "");  // whoever asks again and again does not fill it
  EXPECT_TRUE(passed->fds.empty());
}

TEST_F(LocalMonitorTest, ItStaysUntilTheBrokerHasLetGoOfTheConnection) {
  std::thread monitor([&] {
    LocalMonitor({.client = caller_.second.get(),
                  .broker = broker_.second.get(),
                  .line = std::move(*base::MakeSocketPair(SOCK_SEQPACKET))},
                 "deploy", {})
        .Run(Standing::kTooMany, kPatience);
  });
  // Its last word; then it waits for ours.
  EXPECT_FALSE(wire::Receive<wire::FromLocalMonitor>(broker_.first.get(), base::Wait::kYes));
  EXPECT_EQ(Told(release::kBusy),
            "oneoff: the UNIX user deploy asks for too much at once; try later\n");
  broker_.first.Reset();
  monitor.join();
}

TEST(LocalRequest, SourcesOfAccountsAreEscaped) {
  EXPECT_EQ(wire::SourceOfAccount("deploy"), "unix:deploy");
  EXPECT_EQ(wire::SourceOfAccount("a\nb"), "unix:a\\x0ab");
}

}  // namespace
}  // namespace monitor
