// A session as the real client sees it. What the monitor and the launcher decide is tests' of
// theirs: here a fake one decides.
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/gateway/ssh/gateway_fixture.h"

namespace ssh::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr long kUpload = 60'000'000;  // bytes
#else
constexpr long kUpload = 500'000'000;
#endif

class Session : public GatewayTest {
 protected:
  // Of every process that is a session of this gateway: the most memory it ever had, in kB.
  long MostMemory() const {
    const std::string children = Slurp("/proc/" + std::to_string(gateway_.pid()) + "/task/" +
                                       std::to_string(gateway_.pid()) + "/children");
    long most = 0;
    std::istringstream pids(children);
    for (std::string pid; pids >> pid;) {
      const std::string status = Slurp("/proc/" + pid + "/status");
      const std::size_t at = status.find("VmHWM:");
      if (at != std::string::npos) most = std::max(most, std::stol(status.substr(at + 6)));
    }
    return most;
  }
  bool NoSessionIsLeft() const {
    return Eventually([this] { return MostMemory() == 0; });
  }
};

TEST_F(Session, StreamsAndStatusArriveApart) {
  const Outcome outcome = Ssh("echo out; echo err >&2; exit 3");
  EXPECT_EQ(outcome.out, "out\n");
  EXPECT_EQ(outcome.err, "err\n");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_TRUE(NoSessionIsLeft());
}

TEST_F(Session, AShellRequestHasNoCommand) {
  EXPECT_EQ(Shell(SshLine() + "< /dev/null").out, "a shell\n");
}

TEST_F(Session, StdinIsBinaryCleanAndEndsWithTheClients) {
  const Outcome outcome =
      Shell("head -c 5000000 /dev/urandom > " + Path("blob") + "; md5sum < " + Path("blob") + "; " +
            SshLine() + "'md5sum; echo end' < " + Path("blob"));
  ASSERT_EQ(outcome.status, 0);
  const auto lines = base::Split(outcome.out, '\n');
  EXPECT_EQ(lines[0], lines[1]);
  EXPECT_EQ(lines[2], "end");
  EXPECT_EQ(Notes(), "close: 0\n");
}

TEST_F(Session, AnUploadToASlowReaderArrivesWholeInLittleMemory) {
  const std::string size = std::to_string(kUpload);
  std::ofstream(Path("script")) << "head -c " << size << " /dev/zero | " << SshLine()
                                << "'head -c 1000000 | wc -c; sleep 1; wc -c; touch "
                                << Path("read") << "; sleep 1'";
  std::thread client([this] {
    EXPECT_EQ(Shell("sh " + Path("script")).out,
              "1000000\n" + std::to_string(kUpload - 1'000'000) + "\n");
  });
  EXPECT_TRUE(Eventually([this] { return std::filesystem::exists(Path("read")); }));
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_LT(MostMemory(), 20'000);
#endif
  client.join();
}

TEST_F(Session, ADownloadToASlowReaderArrivesWholeInLittleMemory) {
  const Outcome outcome =
      Shell(SshLine() + "'head -c " + std::to_string(kUpload / 2) + " /dev/zero; exit 5' | " +
            "{ head -c 1000000; sleep 1; cat; } | wc -c");
  EXPECT_EQ(outcome.out, std::to_string(kUpload / 2) + "\n");
}

TEST_F(Session, AReaderThatHasEnoughEndsTheWriter) {
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = Shell(SshLine() + "'yes; echo $? > " + Path("status") + "' | head -1");
  EXPECT_EQ(outcome.out, "y\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_NE(Notes().find("close: 1\n"), std::string::npos) << Notes();
}

TEST_F(Session, WhatABackgroundProcessHoldsOpenDelaysTheEndByTheLingerOnly) {
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = Ssh("sleep 20 & echo $!");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_EQ(outcome.status, 0);
  kill(std::stoi(outcome.out), SIGKILL);
}

TEST_F(Session, TheLingerCutsNothingThatWasWritten) {
  // The pipe is full when the command ends, and the client reads long after the linger is over.
  const Outcome outcome =
      Shell(SshLine() + "'sleep 20 & echo $! > " + Path("pid") +
            "; head -c 8000000 /dev/zero' | { sleep 2; wc -c; }; kill $(cat " + Path("pid") + ")");
  EXPECT_EQ(outcome.out, "8000000\n");
}

TEST_F(Session, EightCommandsShareAConnection) {
  const std::string control = "-S " + Path("control") + " ";
  ASSERT_EQ(Shell(SshLine("-MNf " + control)).status, 0);
  std::string line;
  for (int i = 0; i < 8; ++i) {
    line += SshLine(control) + "'head -c 2000000 /dev/zero | wc -c; exit " + std::to_string(i) +
            "'; echo $? & ";
  }
  const Outcome outcome = Shell(line + " wait");
  for (int i = 0; i < 8; ++i) {
    EXPECT_NE(outcome.out.find("\n" + std::to_string(i) + "\n"), std::string::npos) << i;
  }
  EXPECT_EQ(outcome.err, "");
  Shell(SshLine(control + "-O exit"));
  EXPECT_TRUE(NoSessionIsLeft());
}

TEST_F(Session, KeysAreAgreedOnAgainInTheMiddle) {
  const Outcome outcome =
      Shell("head -c 20000000 /dev/urandom > " + Path("blob") + "; " + SshLine("-o RekeyLimit=1M") +
            "cat < " + Path("blob") + " | cmp - " + Path("blob") + " && echo same");
  EXPECT_EQ(outcome.out, "same\n");
}

TEST_F(Session, ATerminalHasOneStreamAndASize) {
  const Outcome outcome = Shell("stty() { :; }; " + SshLine("-tt") +
                                "'test -t 0 && test -t 2 && echo it is one; echo e >&2; exit 4' "
                                "< /dev/null");
  EXPECT_EQ(outcome.out, "it is one\r\ne\r\n");
  EXPECT_EQ(outcome.status, 4);
}

TEST_F(Session, TheEnvironmentIsPassedOn) {
  EXPECT_EQ(Ssh("echo $LC_TEST", "-o SetEnv=LC_TEST=value").out, "value\n");
}

TEST_F(Session, AnAnswerOfTheLauncherIsShownAsItIs) {
  const Outcome outcome = Ssh("fake:denied");
  EXPECT_EQ(outcome.out, "what was asked\n");
  EXPECT_EQ(outcome.err, "oneoff: denied\n");
  EXPECT_EQ(outcome.status, 77);
  EXPECT_EQ(Ssh("fake:denied", "-tt").out, "what was asked\r\noneoff: denied\r\n");
}

TEST_F(Session, ALostSupervisorIsToldOf) {
  const Outcome outcome = Ssh("fake:lost");
  EXPECT_EQ(outcome.err, "oneoff: the run was lost: its supervisor ended\n");
  EXPECT_EQ(outcome.status, 70);
}

TEST_F(Session, OfACommandOverItsBoundTheLauncherHearsHowItBegan) {
  // Linux takes no longer argument than kMaxCommand: ssh puts a blank between two.
  const std::string word = "\"$(head -c 65536 /dev/zero | tr '\\0' x)\"";
  const Outcome outcome = Shell(SshLine() + word + " " + word);
  EXPECT_EQ(outcome.err, "oneoff: cut: 4096\n");
  EXPECT_EQ(outcome.status, 64);
}

TEST_F(Session, SftpIsToldTheWay) {
  const Outcome outcome = Shell(SshLine("-s") + "sftp < /dev/null");
  EXPECT_EQ(outcome.err,
            "oneoff: no sftp here: use `ssh shop@HOST cat log/f > f` and "
            "`ssh shop@HOST dd of=tmp/f < f`\n");
  EXPECT_EQ(outcome.status, 64);
  EXPECT_EQ(Shell(SshLine("-s") + "other < /dev/null").status, 255);
}

TEST_F(Session, WhatIsNotServedIsRefusedAndTheRestGoesOn) {
  EXPECT_EQ(Ssh("echo done", "-A -X -R 5555:127.0.0.1:22").out, "done\n");
}

TEST_F(Session, InputThatComesBeforeTheRunIsKept) {
  const Outcome outcome = Shell("echo early | " + SshLine() + "'fake:late cat'");
  EXPECT_EQ(outcome.out, "early\n");
}

TEST_F(Session, AKeyThatNobodyHasIsRefused) {
  EXPECT_EQ(Shell("ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=" +
                  Path("known") + " -i " + Path("other") + " -p " + std::to_string(port_) +
                  " shop@127.0.0.1 true")
                .err,
            "shop@127.0.0.1: Permission denied (publickey).\r\n");
}

TEST_F(Session, ARefusedSignatureIsAnsweredAtOnce) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Shell("ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o UserKnownHostsFile=" +
                  Path("known") + " -i " + Path("other") + " -p " + std::to_string(port_) +
                  " liar@127.0.0.1 true")
                .err,
            "liar@127.0.0.1: Permission denied (publickey).\r\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(Session, AMonitorThatEndsTakesNoRunWithIt) {
  const std::string control = "-S " + Path("control") + " ";
  ASSERT_EQ(Shell(SshLine("-MNf " + control)).status, 0);
  std::thread run([&] {
    EXPECT_EQ(Shell(SshLine(control) + "'touch " + Path("on") + "; sleep 2; echo done'").out,
              "done\n");
  });
  ASSERT_TRUE(Eventually([this] { return std::filesystem::exists(Path("on")); }));
  const Outcome lost = Shell(SshLine(control) + "fake:monitor");
  EXPECT_EQ(lost.err, "oneoff: the run was lost: the gateway's monitor ended\n");
  EXPECT_EQ(lost.status, 70);
  const Outcome next = Shell(SshLine(control) + "true");
  EXPECT_EQ(next.err, "oneoff: this connection has lost its monitor: connect again\n");
  EXPECT_EQ(next.status, 70);
  run.join();
  Shell(SshLine(control + "-O exit"));
}

TEST_F(Session, AClientThatIsKilledIsLost) {
  Shell(UntimedSshLine() + "'touch " + Path("on") + "; sleep 20' & while ! test -e " + Path("on") +
        "; do sleep 0.05; done; kill -KILL $!");
  EXPECT_TRUE(Eventually([this] { return Notes().find("gone: lost") != std::string::npos; }))
      << Notes();
  EXPECT_TRUE(NoSessionIsLeft());
}

TEST_F(Session, AClientThatFallsSilentIsLost) {
  gateway_ = {};
  options_.keepalive = std::chrono::milliseconds(100);
  options_.lost_after = std::chrono::milliseconds(400);
  StartGateway();
  const Outcome started =
      Shell(UntimedSshLine() + "'touch " + Path("on") + "; sleep 20' > /dev/null 2>&1 & while ! " +
            "test -e " + Path("on") + "; do sleep 0.05; done; kill -STOP $!; echo $!");
  EXPECT_TRUE(Eventually([this] { return Notes().find("gone: lost") != std::string::npos; }))
      << Notes();
  kill(std::stoi(started.out), SIGKILL);
}

TEST_F(Session, AClientThatIsIdleAndWellIsKept) {
  gateway_ = {};
  options_.keepalive = std::chrono::milliseconds(50);
  options_.lost_after = std::chrono::milliseconds(300);
  StartGateway();
  EXPECT_EQ(Ssh("sleep 1; echo well").out, "well\n");
}

TEST_F(Session, AStrangerThatSaysNothingIsEndedAfterTheGrace) {
  gateway_ = {};
  options_.login_grace = std::chrono::milliseconds(300);
  StartGateway();
  const base::UniqueFd stranger(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(stranger.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  std::string said;
  char buffer[256];
  for (ssize_t n = 0; (n = read(stranger.get(), buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(n));
  }
  EXPECT_TRUE(said.starts_with("SSH-2.0-OpenSSH_9.2-oneoff\r\n")) << said;
  EXPECT_TRUE(Eventually([this] {
    return Slurp(Path("log")).find("ended before login: login grace is over") != std::string::npos;
  }));
}

TEST_F(Session, AClientThatWantsNoSessionIsToldSoAtOnce) {
  const Outcome outcome = Shell(SshLine("-N"));
  EXPECT_EQ(outcome.status, 255);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err.substr(0, outcome.err.find("\r\n")),
            "Received disconnect from 127.0.0.1 port " + std::to_string(port_) +
                ":11: oneoff: nothing to run: the client asked for no command and no shell "
                "(ssh -N?), and nothing is forwarded here");
}

TEST_F(Session, AClientThatAsksForNoSessionIsToldSoAfterAWhile) {
  gateway_ = {};
  options_.first_session = std::chrono::milliseconds(200);
  StartGateway();
  // A master might still want one, and says nothing.
  const Outcome outcome = Shell(SshLine("-N -M -S " + Path("master")));
  EXPECT_EQ(outcome.status, 255);
  EXPECT_NE(outcome.err.find("oneoff: nothing to run"), std::string::npos) << outcome.err;
  EXPECT_EQ(Ssh("sleep 0.5; echo well").out, "well\n");
}

TEST_F(Session, OutlivesTheGateway) {
  std::thread run(
      [&] { EXPECT_EQ(Ssh("touch " + Path("on") + "; sleep 1; echo done").out, "done\n"); });
  ASSERT_TRUE(Eventually([this] { return std::filesystem::exists(Path("on")); }));
  ASSERT_TRUE(gateway_.Signal(SIGTERM));
  const auto exit = gateway_.Wait();
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->status, 0);
  run.join();
}

TEST_F(Session, ABrokerThatComesBackIsFound) {
  EXPECT_EQ(Ssh("echo one").out, "one\n");
  broker_ = {};
  ASSERT_TRUE(Eventually([this] {
    return Slurp(Path("log"))
               .find("the broker is gone: new connections are refused until it is back") !=
           std::string::npos;
  }));
  EXPECT_EQ(Ssh("echo two").status, 255);
  StartBroker();
  ASSERT_TRUE(Eventually(
      [this] { return Slurp(Path("log")).find("the broker is back") != std::string::npos; }));
  EXPECT_EQ(Ssh("echo three").out, "three\n");
}

}  // namespace
}  // namespace ssh::testing
