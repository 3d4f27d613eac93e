#include "release/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "tests/release/grants.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

// What a command printed, and how it ended; or why it did not start.
struct Result {
  std::string out;
  base::Exit exit;
  Refusal refusal{0, ""};
};

class Launched : public ::testing::Test {
 protected:
  Launched() {
    parts.app = "shop";
    parts.release = "v42";
    parts.directory = folder.path();
    parts.time_limit = std::chrono::hours(1);
    parts.open_files = 256;
    parts.environment = {{"PATH", "/usr/bin:/bin", ""}, {"A", "1", ""}};
    parts.account.name = "tester";
    parts.account.uid = geteuid();
    parts.account.gid = getegid();
    parts.account.groups = {getegid()};
  }

  Result Run(std::vector<std::string> argv) {
    parts.argv = std::move(argv);
    auto spec = ProcessSpec::Make(GrantForShop(), parts);
    EXPECT_TRUE(spec) << spec.error().message();
    auto pipe = base::MakePipe().value();
    const base::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    auto child = Launch(*spec, {null.get(), pipe.second.get(), pipe.second.get()});
    pipe.second.Reset();
    Result result;
    if (!child) {
      result.refusal = child.error();
      return result;
    }
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = read(pipe.first.get(), buffer.data(), buffer.size())) > 0;) {
      result.out.append(buffer.data(), static_cast<std::size_t>(n));
    }
    result.exit = child->Wait().value();
    return result;
  }
  Result Sh(const std::string& text) { return Run({"/bin/sh", "-c", text}); }
  // "STATUS MESSAGE" of the refusal.
  std::string RefusalOf(std::vector<std::string> argv) {
    const Result result = Run(std::move(argv));
    return fmt::format("{} {}", result.refusal.status, result.refusal.message);
  }

  TemporaryFolder folder;
  ProcessParts parts;
};

TEST_F(Launched, HistoryFilesAreNamedOnlyWhereTheirFolderCanBe) {
  parts.history = HistoryFilesOf("alice", folder.path(), {});
  EXPECT_EQ(Sh("echo $HISTFILE; stat -c %a ${HISTFILE%/*}").out,
            folder.path() + "/.oneoff/history/alice/shell\n700\n");
  parts.history = HistoryFilesOf("alice", folder.path() + "/missing", {});
  EXPECT_EQ(Sh("echo ${HISTFILE-none} $A").out, "none 1\n");
}

TEST_F(Launched, TheLongestVariableAndTheLongestWordCanBeExecuted) {
  const std::string value(kMaxExecString - std::string_view("LONG=").size(), 'x');
  ASSERT_TRUE(FitsEnvironment("LONG", value));
  ASSERT_FALSE(FitsEnvironment("LONG", value + "x"));
  parts.environment.push_back({"LONG", value, ""});
  const std::string word(kMaxExecString, 'y');
  EXPECT_EQ(Run({"sh", "-c", "echo ${#LONG} ${#1}", "sh", word}).out, "131066 131071\n");
}

TEST_F(Launched, RunsInTheDirectoryWithExactlyItsEnvironment) {
  setenv("LEAK", "x", 1);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(Run({"env"}).out, "PATH=/usr/bin:/bin\nA=1\n");
  EXPECT_EQ(Run({"pwd"}).out, folder.path() + "\n");
  EXPECT_EQ(Run({"printf", "%s|", "a b", "", "$A", "\xff"}).out, "a b||$A|\xff|");
}

TEST_F(Launched, EndsWithTheCommandsOwnStatus) {
  EXPECT_EQ(Sh("exit 7").exit.status, 7);
  EXPECT_EQ(Sh("kill -TERM $$").exit.signal, SIGTERM);
}

TEST_F(Launched, LeadsASessionOfItsOwnWithDefaultSignals) {
  (void)signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const std::string status = Run({"cat", "/proc/self/status"}).out;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  (void)signal(SIGPIPE, SIG_DFL);
  EXPECT_THAT(status, ::testing::HasSubstr("SigBlk:\t0000000000000000\n"));
  EXPECT_THAT(status, ::testing::HasSubstr("SigIgn:\t0000000000000000\n"));
  EXPECT_EQ(
      Sh("set -- $(cut -d' ' -f1,5,6 /proc/$$/stat); [ $1 = $2 ] && [ $1 = $3 ] && echo own").out,
      "own\n");
}

TEST_F(Launched, HasNoDescriptorButItsThree) {
  const int leak = open("/dev/null", O_RDONLY);  // not close-on-exec
  EXPECT_EQ(Sh("ls /proc/$$/fd; true").out, "0\n1\n2\n");
  close(leak);
}

TEST_F(Launched, MayGetAnyDescriptorsAsItsThree) {
  parts.argv = {"/bin/sh", "-c", "echo out; echo err >&2"};
  auto out = base::MakePipe().value();
  auto err = base::MakePipe().value();
  // Crossed on purpose: 1 is the error's place, 2 the output's.
  const base::UniqueFd one(fcntl(1, F_DUPFD_CLOEXEC, 3));
  const base::UniqueFd two(fcntl(2, F_DUPFD_CLOEXEC, 3));
  dup2(err.second.get(), 1);
  dup2(out.second.get(), 2);
  auto child = Launch(*ProcessSpec::Make(GrantForShop(), parts), {0, 2, 1});
  dup2(one.get(), 1);
  dup2(two.get(), 2);
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->status, 0);
  std::array<char, 16> buffer{};
  EXPECT_EQ(read(out.first.get(), buffer.data(), buffer.size()), 4);
  EXPECT_EQ(std::string(buffer.data(), 4), "out\n");
  EXPECT_EQ(read(err.first.get(), buffer.data(), buffer.size()), 4);
  EXPECT_EQ(std::string(buffer.data(), 4), "err\n");
}

TEST_F(Launched, HasItsUmaskAndItsLimit) {
  parts.umask = 0027;
  EXPECT_EQ(Sh("umask; ulimit -n").out, "0027\n256\n");
}

TEST_F(Launched, APtyBecomesItsControllingTerminal) {
  const base::UniqueFd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_EQ(grantpt(master.get()), 0);
  ASSERT_EQ(unlockpt(master.get()), 0);
  std::array<char, 64> name{};
  ASSERT_EQ(ptsname_r(master.get(), name.data(), name.size()), 0);
  const base::UniqueFd slave(open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  parts.argv = {"/bin/sh", "-c", "exec < /dev/tty && test -t 0"};
  auto child = Launch(*ProcessSpec::Make(GrantForShop(), parts),
                      {slave.get(), slave.get(), slave.get(), Terminal::kControlling});
  ASSERT_TRUE(child) << child.error().message;
  EXPECT_EQ(child->Wait()->status, 0);
}

TEST_F(Launched, AProgramIsLookedForAlongItsOwnPath) {
  folder.Write("bin/tool", "#!/bin/sh\necho mine\n", 0755);
  EXPECT_EQ(RefusalOf({"tool"}), "127 tool: no such program in the PATH /usr/bin:/bin");
  parts.environment[0].value = "relative::/nonexistent:" + folder.path() + "/bin:/bin";
  EXPECT_EQ(Run({"tool"}).out, "mine\n");
  EXPECT_EQ(Run({"bin/tool"}).out, "mine\n");
}

TEST_F(Launched, ANotExecutableOneIsPassedOverForALaterOne) {
  folder.Write("a/tool", "#!/bin/sh\necho a\n", 0644);
  parts.environment[0].value = folder.path() + "/a";
  EXPECT_EQ(RefusalOf({"tool"}), "126 tool: cannot be executed: Permission denied");
  folder.Write("b/tool", "#!/bin/sh\necho b\n", 0755);
  parts.environment[0].value += ":" + folder.path() + "/b";
  EXPECT_EQ(Run({"tool"}).out, "b\n");
}

TEST_F(Launched, AScriptWithoutAnInterpretersLineIsAShells) {
  folder.Write("script", "echo \"$0 $1\"\n", 0755);
  EXPECT_EQ(Run({"./script", "x"}).out, "./script x\n");
}

TEST_F(Launched, WhatCannotBeExecutedIsRefusedAsByAShell) {
  EXPECT_EQ(RefusalOf({"bin/none"}), "127 bin/none: no such file in " + folder.path());
  folder.Write("plain", "x", 0644);
  EXPECT_EQ(RefusalOf({"./plain"}), "126 ./plain: cannot be executed: Permission denied");
  EXPECT_EQ(RefusalOf({"/"}), "126 /: cannot be executed: Permission denied");
  folder.Write("stale", "#!/nonexistent/ruby\n", 0755);
  EXPECT_EQ(RefusalOf({"./stale"}),
            "126 ./stale: the interpreter that it names in its first line does not exist");
  EXPECT_EQ(RefusalOf({""}), "127 '': no such program in the PATH /usr/bin:/bin");
  EXPECT_EQ(RefusalOf({"x\033"}), "127 x\\x1b: no such program in the PATH /usr/bin:/bin");
  // More than the kernel takes for all words and variables together (execve(2)).
  for (int i = 0; i < 64; ++i) {
    parts.environment.push_back({fmt::format("BIG{}", i), std::string(120'000, 'x'), ""});
  }
  EXPECT_EQ(RefusalOf({"true"}), "126 true: cannot be executed: Argument list too long");
}

TEST_F(Launched, AReleaseThatIsGoneIsUnusable) {
  parts.directory += "/gone";
  EXPECT_EQ(RefusalOf({"true"}),
            "69 shop+v42: cannot enter " + folder.path() + "/gone: No such file or directory");
}

TEST_F(Launched, RootBecomesTheAccountWithItsGroups) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  parts.account.uid = 65534;
  parts.account.gid = 65534;
  parts.account.groups = {65534, 4242};
  EXPECT_EQ(Sh("id -u; id -g; id -G").out, "65534\n65534\n65534 4242\n");
  EXPECT_THAT(Run({"cat", "/proc/self/status"}).out,
              ::testing::AllOf(::testing::HasSubstr("CapPrm:\t0000000000000000\n"),
                               ::testing::HasSubstr("CapEff:\t0000000000000000\n")));
}

TEST_F(Launched, WithoutRootNobodyBecomesSomebodyElse) {
  auto child = base::Child::Fork([&] {
    if (geteuid() == 0 &&
        (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)) {
      return 1;
    }
    parts.account.uid = geteuid() + 1;
    parts.account.gid = getegid();
    parts.directory = "/";
    return RefusalOf({"true"}) ==
                   "70 shop+v42: cannot become the user tester: Operation not permitted"
               ? 0
               : 2;
  });
  EXPECT_EQ(child->Wait()->ShellStatus(), 0);
}

TEST_F(Launched, IsNoPrivateRunWithoutItsWalls) {
  parts.private_run = true;
  EXPECT_EQ(RefusalOf({"true"}),
            "70 shop+v42: cannot start: the run's walls are not those that it has to have");
}

TEST_F(Launched, BecomesTheCommandWithTheSamePidAndTheDescriptorsThatWerePassedOn) {
  // Without a pipe or a program more, which the shell would open descriptors for.
  parts.argv = {"/bin/sh", "-c",
                "echo $$; for fd in 0 1 2 3 4 5 6 7 8 9; do "
                "if [ -e /proc/$$/fd/$fd ]; then printf '%s ' $fd; fi; done"};
  auto pipe = base::MakePipe().value();
  auto child = base::Child::Fork([&] {
    dup2(pipe.second.get(), 1);
    dup2(pipe.second.get(), 3);
    dup2(pipe.second.get(), 4);
    const auto spec =
        LocalProcessSpec::Make(authz::LocalGrant::ForCheckout(parts.directory), parts).value();
    return Become(spec, 1).status;
  });
  ASSERT_TRUE(child);
  const pid_t pid = child->pid();
  pipe.second.Reset();
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(pipe.first.get(), buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(n));
  }
  EXPECT_EQ(child->Wait()->status, 0);
  EXPECT_EQ(out, fmt::format("{}\n0 1 2 3 ", pid));
}

TEST_F(Launched, InTheForegroundStaysInTheCallersSession) {
  parts.argv = {"/bin/sh", "-c",
                fmt::format("set -- $(cut -d' ' -f6 /proc/$$/stat); [ $1 = {} ]", getsid(0))};
  auto child = LaunchInForeground(
      LocalProcessSpec::Make(authz::LocalGrant::ForCheckout(parts.directory), parts).value());
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->status, 0);
}

}  // namespace
}  // namespace release
