#include "base/signal_fd.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/child.h"

namespace base {
namespace {

TEST(SignalFd, ABlockedSignalIsRead) {
  auto child = Child::Fork([] {
    const sigset_t set = SignalSet({SIGUSR1, SIGUSR2});
    sigprocmask(SIG_BLOCK, &set, nullptr);
    const auto fd = OpenSignalFd(set);
    if (!fd) return 1;
    signalfd_siginfo info{};
    if (read(fd->get(), &info, sizeof info) >= 0) return 2;
    raise(SIGUSR2);
    if (read(fd->get(), &info, sizeof info) != sizeof info) return 3;
    return info.ssi_signo == SIGUSR2 ? 0 : 4;
  });
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->ShellStatus(), 0);
}

TEST(SignalFd, AShortageOfDescriptorsIsAnError) {
  auto child = Child::Fork([] {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_NOFILE, &none);
    const auto fd = OpenSignalFd(SignalSet({SIGTERM}));
    if (fd || fd.error().code() != Code::kUnavailable) return 1;
    return fd.error().message() == "signalfd: Too many open files" ? 0 : 2;
  });
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->ShellStatus(), 0);
}

}  // namespace
}  // namespace base
