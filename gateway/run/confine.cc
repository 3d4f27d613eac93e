#include "gateway/run/confine.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/call_filter.h"

namespace run {
namespace {

base::Result<void> BecomeUser(const SystemUser& user, std::uint32_t capabilities) {
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgroups(0, nullptr) != 0 ||
      setresgid(user.gid, user.gid, user.gid) != 0 ||
      setresuid(user.uid, user.uid, user.uid) != 0) {
    return base::FailSystem("drop privileges");
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  data[0].effective = data[0].permitted = capabilities;
  if (syscall(SYS_capset, &header, data.data()) != 0) return base::FailSystem("drop capabilities");
  return {};
}

#if !defined(__SANITIZE_ADDRESS__)
// Messages, memory, time, the end.
constexpr std::initializer_list<int> kOfBoth = {
    SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),      SCMP_SYS(sendto),          SCMP_SYS(sendmsg),
    SCMP_SYS(poll),         SCMP_SYS(ppoll),           SCMP_SYS(close),
    SCMP_SYS(fstat),        SCMP_SYS(newfstatat),      SCMP_SYS(lseek),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),          SCMP_SYS(geteuid),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(brk),
    SCMP_SYS(mmap),         SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(mprotect),     SCMP_SYS(madvise),         SCMP_SYS(futex),
    SCMP_SYS(getrandom),    SCMP_SYS(clock_gettime),   SCMP_SYS(exit_group)};

// Terminals, pipes, the run's folder, its recording, processes.
constexpr std::initializer_list<int> kOfSupervisor = {SCMP_SYS(ioctl),
                                                      SCMP_SYS(pread64),
                                                      SCMP_SYS(openat),
                                                      SCMP_SYS(getdents64),
                                                      SCMP_SYS(kill),
                                                      SCMP_SYS(wait4),
                                                      SCMP_SYS(pidfd_open),
                                                      SCMP_SYS(waitid),
                                                      SCMP_SYS(rt_sigprocmask),
                                                      SCMP_SYS(signalfd4),
                                                      SCMP_SYS(pidfd_send_signal),
                                                      SCMP_SYS(splice),
                                                      SCMP_SYS(pwrite64),
                                                      SCMP_SYS(fstatfs)};

// Recordings that grow.
constexpr std::initializer_list<int> kOfWatcher = {SCMP_SYS(pread64)};

// A local caller's connection: nothing more is taken from it.
constexpr std::initializer_list<int> kOfMonitor = {SCMP_SYS(shutdown), SCMP_SYS(alarm)};

// Folders of recordings.
constexpr std::initializer_list<int> kOfArchivist = {
    SCMP_SYS(openat),   SCMP_SYS(getdents64), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(fchmodat), SCMP_SYS(renameat),   SCMP_SYS(renameat2), SCMP_SYS(unlinkat),
    SCMP_SYS(fsync),    SCMP_SYS(pread64),    SCMP_SYS(ioctl),     SCMP_SYS(syncfs)};

base::Result<base::CallFilter> Compile(Role role) {
  return base::CallFilter::Compile([role](void* filter) {
    int rc = 0;
    const auto allow = [&](std::initializer_list<int> calls) {
      for (const int call : calls) {
        if (rc == 0) rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 0, nullptr);
      }
    };
    allow(kOfBoth);
    if (role == Role::kSupervisor) allow(kOfSupervisor);
    if (role == Role::kArchivist) allow(kOfArchivist);
    if (role == Role::kMonitor) allow(kOfMonitor);
    if (role == Role::kWatcher) {
      allow(kOfWatcher);
      // Whether a run lives is asked; nothing is locked, and no owner of a descriptor is named.
      if (rc == 0) {
        rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                              SCMP_A1(SCMP_CMP_EQ, F_OFD_GETLK));
      }
    } else {
      allow({SCMP_SYS(fcntl)});
    }
    return rc;
  });
}

// All are compiled when the first is asked for.
const base::Result<base::CallFilter>& FilterOf(Role role) {
  static const std::array<base::Result<base::CallFilter>, 4> filters = {
      Compile(Role::kSupervisor), Compile(Role::kWatcher), Compile(Role::kArchivist),
      Compile(Role::kMonitor)};
  return filters.at(static_cast<std::size_t>(role));
}

base::Result<void> Filter(Role role) {
  const auto& filter = FilterOf(role);
  if (!filter) return base::Fail(filter.error());
  return filter->Enforce();
}
#else
base::Result<void> Filter(Role) { return {}; }
#endif

}  // namespace

void PrepareFilters() {
#if !defined(__SANITIZE_ADDRESS__)
  (void)FilterOf(Role::kSupervisor);
#endif
}

base::Result<void> Confine(Role role, const SystemUser& user) {
  const std::uint32_t capabilities = role == Role::kSupervisor ? 1U << CAP_KILL : 0;
  if (geteuid() == 0) {
    if (auto become = BecomeUser(user, capabilities); !become) return become;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return base::FailSystem("prctl");
  }
  return Filter(role);
}

}  // namespace run
