#include "gateway/run/supervisor.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "gateway/run/process_tree.h"
#include "gateway/wire/transport.h"

namespace run {
namespace {

using std::chrono::milliseconds;

// A real supervisor of a real shell, in a child of its own, with this test as its session.
class SupervisorTest : public testing::Test {
 protected:
  // `script` for /bin/sh, on pipes.
  void Start(const std::string& script, Bounds bounds) {
    auto control = base::MakeSocketPair(SOCK_SEQPACKET);
    auto in = base::MakePipe();
    auto from_session = base::MakePipe();
    auto out = base::MakePipe();
    auto err = base::MakePipe();
    auto to_session = base::MakePipe();
    auto err_to_session = base::MakePipe();
    auto child = base::Child::Fork([&] {
      sigset_t set;
      sigemptyset(&set);
      sigaddset(&set, SIGCHLD);
      sigaddset(&set, SIGTERM);
      sigprocmask(SIG_BLOCK, &set, nullptr);
      prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
      auto command = base::Child::Fork([&] {
        setsid();
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        dup2(in->first.get(), 0);
        dup2(out->second.get(), 1);
        dup2(err->second.get(), 2);
        base::CloseAllFdsBut({});
        execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
        return 127;
      });
      control->first.Reset();
      in->first.Reset();
      out->second.Reset();
      err->second.Reset();
      to_session->first.Reset();
      Supervised run;
      run.label = "shop+v2 run aaaaaaaa";
      run.command = std::move(*command);
      run.signals = std::move(*OpenSupervisorsSignals());
      run.control = std::move(control->second);
      from_session->second.Reset();
      run.streams.in = std::move(in->second);
      run.streams.client_in = std::move(from_session->first);
      run.streams.out = std::move(out->first);
      run.streams.err = std::move(err->first);
      run.streams.client_out = std::move(to_session->second);
      run.streams.client_err = std::move(err_to_session->second);
      run.bounds = bounds;
      const base::SystemClock clock;
      Supervisor supervisor(std::move(run), clock);
      return static_cast<int>(supervisor.Run().how);
    });
    ASSERT_TRUE(child);
    supervisor_ = std::move(*child);
    control_ = std::move(control->first);
    in_ = std::move(from_session->second);
    out_ = std::move(to_session->first);
  }

  std::string ReadLine() {
    std::string line;
    char c = 0;
    while (read(out_.get(), &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  std::string ReadAll() {
    std::string text;
    std::array<char, 4096> buffer{};
    ssize_t n = 0;
    while ((n = read(out_.get(), buffer.data(), buffer.size())) > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
  }
  wire::Ended ReadEnded() {
    auto received = wire::Receive<wire::FromSupervisor>(control_.get(), base::Wait::kYes);
    EXPECT_TRUE(received) << received.error().message();
    return received ? std::get<wire::Ended>(received->message) : wire::Ended{};
  }
  How WaitForEnd() { return static_cast<How>(supervisor_.Wait()->status); }
  template <class M>
  void Say(const M& message) {
    EXPECT_TRUE(wire::Send(control_.get(), message));
  }

  base::Child supervisor_;
  base::UniqueFd control_;
  base::UniqueFd in_;
  base::UniqueFd out_;
};

TEST_F(SupervisorTest, TellsTheCommandsOwnStatus) {
  Start("echo out; exit 3", {});
  EXPECT_EQ(ReadEnded().status, 3);
  EXPECT_EQ(ReadAll(), "out\n");
  EXPECT_EQ(WaitForEnd(), How::kExited);
}

TEST_F(SupervisorTest, TellsASignalAsAShellWould) {
  Start("kill -SEGV $$", {});
  EXPECT_EQ(ReadEnded().status, 128 + SIGSEGV);
  EXPECT_EQ(WaitForEnd(), How::kSignalled);
}

TEST_F(SupervisorTest, ATimeLimitEndsARunThatIgnoresEverythingButKill) {
  Start("trap '' HUP TERM; echo up; while :; do sleep 1; done", {.time = milliseconds(200),
                                                                 .idle = {},
                                                                 .term_after = milliseconds(50),
                                                                 .kill_after = milliseconds(50)});
  EXPECT_EQ(ReadLine(), "up");
  const wire::Ended ended = ReadEnded();
  EXPECT_EQ(ended.status, 124);
  EXPECT_EQ(ended.text, "oneoff: shop+v2 run aaaaaaaa: ended after its time limit of 200 ms");
  EXPECT_EQ(WaitForEnd(), How::kTimeLimit);
}

TEST_F(SupervisorTest, AnIdleLimitIsPutOffByActivity) {
  Start("echo up; read x; echo down; sleep 100", {.time = {}, .idle = milliseconds(400)});
  EXPECT_EQ(ReadLine(), "up");
  Say(wire::Active{});
  ASSERT_EQ(write(in_.get(), "\n", 1), 1);
  EXPECT_EQ(ReadLine(), "down");
  EXPECT_EQ(ReadEnded().text, "oneoff: shop+v2 run aaaaaaaa: ended after its idle limit of 400 ms");
  EXPECT_EQ(WaitForEnd(), How::kIdleLimit);
}

TEST_F(SupervisorTest, HupComesFirst) {
  Start("trap 'echo hup; exit 9' HUP; echo up; while :; do sleep 0.01; done", {});
  EXPECT_EQ(ReadLine(), "up");
  const base::UniqueFd reader = std::move(*out_.Duplicate());
  Say(wire::ClientGone{wire::Departure::kLeft});
  EXPECT_EQ(WaitForEnd(), How::kLeft);
}

TEST_F(SupervisorTest, ASessionThatVanishesIsALostLine) {
  Start("echo up; sleep 100", {});
  EXPECT_EQ(ReadLine(), "up");
  control_.Reset();
  EXPECT_EQ(WaitForEnd(), How::kLost);
}

TEST_F(SupervisorTest, ALostSessionIsNeverAnEndOfFile) {
  // The command would say so in a file of its own; here, by not being ended by a signal.
  Start("echo up; cat >/dev/null; echo eof; exit 0", {});
  EXPECT_EQ(ReadLine(), "up");
  in_.Reset();  // the session is killed: its descriptors close without a word
  control_.Reset();
  EXPECT_EQ(ReadAll(), "");
  EXPECT_EQ(WaitForEnd(), How::kLost);
}

TEST_F(SupervisorTest, TheClientsEndOfFileIsTheCommands) {
  Start("cat; echo end", {});
  ASSERT_EQ(write(in_.get(), "half\n", 5), 5);
  in_.Reset();
  Say(wire::CloseStream{wire::Stream::kStdin});
  EXPECT_EQ(ReadAll(), "half\nend\n");
  EXPECT_EQ(ReadEnded().status, 0);
}

TEST_F(SupervisorTest, ASignalReachesTheCommandsGroup) {
  Start("trap 'echo usr1; exit 4' USR1; echo up; while :; do sleep 0.01; done", {});
  EXPECT_EQ(ReadLine(), "up");
  Say(wire::SignalRequest{.name = "USR1"});
  EXPECT_EQ(ReadLine(), "usr1");
  EXPECT_EQ(ReadEnded().status, 4);
}

TEST_F(SupervisorTest, AnUnknownSignalIsNone) {
  Start("echo up; read x; exit 5", {});
  EXPECT_EQ(ReadLine(), "up");
  Say(wire::SignalRequest{.name = "STOP"});
  ASSERT_EQ(write(in_.get(), "\n", 1), 1);
  EXPECT_EQ(ReadEnded().status, 5);
}

TEST_F(SupervisorTest, WhatTheCommandLeavesBehindIsEndedEvenInASessionOfItsOwn) {
  Start("setsid sh -c 'trap \"\" HUP TERM; echo $$; while :; do sleep 1; done' & read x",
        {.time = {},
         .idle = {},
         .term_after = milliseconds(20),
         .kill_after = milliseconds(20),
         .linger = milliseconds(20)});
  const pid_t stray = std::stoi(ReadLine());
  ASSERT_TRUE(Look(stray));
  ASSERT_EQ(write(in_.get(), "\n", 1), 1);
  EXPECT_EQ(ReadEnded().status, 0);
  EXPECT_EQ(WaitForEnd(), How::kExited);
  EXPECT_FALSE(Look(stray));
}

TEST_F(SupervisorTest, WhatIsLeftBehindMayFinishWithinTheLinger) {
  Start("(sleep 0.1; echo late) & exit 0", {});
  EXPECT_EQ(ReadEnded().status, 0);
  EXPECT_EQ(ReadAll(), "late\n");
  EXPECT_EQ(WaitForEnd(), How::kExited);
}

TEST_F(SupervisorTest, AStoppedCommandIsWokenToBeEnded) {
  Start("echo up; kill -STOP $$; exit 0", {.time = milliseconds(100), .idle = {}});
  EXPECT_EQ(ReadLine(), "up");
  EXPECT_EQ(ReadEnded().status, 124);
}

TEST_F(SupervisorTest, TermStopsTheRun) {
  Start("echo up; sleep 100", {});
  EXPECT_EQ(ReadLine(), "up");
  ASSERT_TRUE(supervisor_.Signal(SIGTERM));
  EXPECT_EQ(ReadEnded().text,
            "oneoff: shop+v2 run aaaaaaaa: ended because the service is being stopped");
  EXPECT_EQ(WaitForEnd(), How::kStopped);
}

TEST_F(SupervisorTest, JunkOnTheControlSocketIsALostSession) {
  Start("echo up; sleep 100", {});
  EXPECT_EQ(ReadLine(), "up");
  ASSERT_TRUE(base::SendPacket(control_.get(), "junk"));
  EXPECT_EQ(WaitForEnd(), How::kLost);
}

TEST(ProcessTree, AStatLineIsReadWhateverTheProcessCallsItself) {
  const auto process =
      ParseStat("42 (a) b (c) S 1 42 41 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1 1 1");
  ASSERT_TRUE(process);
  EXPECT_EQ(process->pid, 42);
  EXPECT_EQ(process->parent, 1);
  EXPECT_EQ(process->group, 42);
  EXPECT_EQ(process->session, 41);
  EXPECT_EQ(process->state, 'S');
  EXPECT_EQ(process->start_time, 12345U);
}

TEST(ProcessTree, AnythingElseIsNoStatLine) {
  for (const char* line :
       {"", "42", "42 (a", "42 (a) S", "x (a) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5",
        "42 (a) SS 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5"}) {
    EXPECT_FALSE(ParseStat(line)) << line;
  }
}

TEST(ProcessTree, DescendantsAreFoundThroughTheGenerations) {
  const std::vector<Process> all = {
      {3, 2, 0, 0, 'S', 0, ""}, {2, 1, 0, 0, 'S', 0, ""}, {9, 8, 0, 0, 'S', 0, ""}};
  const auto descendants = DescendantsOf(1, all);
  EXPECT_EQ(descendants.size(), 2U);
}

}  // namespace
}  // namespace run
