#include "gateway/run/confine.h"

#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <memory>

namespace run {
namespace {

base::Result<void> BecomeRecorder(uid_t uid, gid_t gid) {
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0 || setgroups(0, nullptr) != 0 ||
      setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) {
    return base::FailSystem("drop privileges");
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  data[0].effective = data[0].permitted = 1U << CAP_KILL;
  if (syscall(SYS_capset, &header, data.data()) != 0) return base::FailSystem("drop capabilities");
  return {};
}

#if !defined(__SANITIZE_ADDRESS__)
struct ReleaseFilter {
  void operator()(scmp_filter_ctx filter) const { seccomp_release(filter); }
};

base::Result<void> Filter() {
  static constexpr std::array kAllowed = {
      // bytes, and the run's folder
      SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(pread64), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
      SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(close),
      SCMP_SYS(openat), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(getdents64),
      SCMP_SYS(renameat), SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(lseek),
      // processes
      SCMP_SYS(kill), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal), SCMP_SYS(wait4),
      SCMP_SYS(waitid), SCMP_SYS(getpid), SCMP_SYS(signalfd4), SCMP_SYS(rt_sigprocmask),
      SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(geteuid),
      // memory, time, the end
      SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect),
      SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
      SCMP_SYS(exit_group)};
  const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return base::Fail(base::Code::kSystem, "seccomp: no filter");
  int rc = 0;
  for (const int call : kAllowed) {
    if (rc == 0) rc = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, call, 0, nullptr);
  }
  if (rc == 0) rc = seccomp_load(filter.get());
  if (rc != 0) return base::FailSystem("seccomp", -rc);
  return {};
}
#else
base::Result<void> Filter() { return {}; }
#endif

}  // namespace

base::Result<void> Confine(uid_t uid, gid_t gid) {
  if (geteuid() == 0) {
    if (auto become = BecomeRecorder(uid, gid); !become) return become;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return base::FailSystem("prctl");
  }
  return Filter();
}

}  // namespace run
