#include "gateway/ssh/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "base/call_filter.h"

namespace ssh {
namespace {

// Ten channels have six descriptors each at most; the rest is for those that are on their way.
constexpr rlim_t kOpenFiles = 1024;

constexpr std::array kAllowed = {
    // data
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(shutdown),
    // waiting and time
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(futex),
    // memory: see also Memory below
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    // the rest of libc and OpenSSL
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
#if defined(__SANITIZE_ADDRESS__)
    // the sanitizers' own: stacks for signals, thread state, and the report before a death
    SCMP_SYS(sigaltstack),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getrusage),
    SCMP_SYS(prctl),
    SCMP_SYS(readlink),
    SCMP_SYS(openat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(pipe2),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
#endif
};

int AddRules(void* filter) {
  int rc = 0;
  for (const int call : kAllowed) {
    if (rc == 0) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
  }
  // Memory: never executable.
  const scmp_arg_cmp not_executable = SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
#if !defined(__SANITIZE_ADDRESS__)
    if (rc == 0) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, not_executable);
#else
    (void)call;
    (void)not_executable;
#endif
  }
  for (const int command : {F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC}) {
    if (rc != 0) break;
    rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                          SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command)));
  }
  if (rc == 0) {
    rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                          SCMP_A1(SCMP_CMP_EQ, FIONREAD));
  }
  return rc;
}

const base::Result<base::CallFilter>& Filter() {
  static const base::Result<base::CallFilter> filter = base::CallFilter::Compile(AddRules);
  return filter;
}

base::Result<void> Limit(__rlimit_resource resource, rlim_t most) {
  const rlimit limit{most, most};
  if (setrlimit(resource, &limit) != 0) return base::FailSystem("setrlimit");
  return {};
}

base::Result<void> GiveUpGaining() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return base::FailSystem("no_new_privs");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return base::FailSystem("PR_SET_DUMPABLE");
  return {};
}

// The limit would turn every log line of a session into a SIGXFSZ.
bool LogIsFile() {
  struct stat info {};
  return fstat(STDERR_FILENO, &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

base::Result<void> DropPrivileges(uid_t user, gid_t group) {
  if (geteuid() == 0 && user != 0) {
    // Whoever asked to be survived by nobody (`oneoff serve`) is not heard after a change of user.
    int at_parents_death = 0;
    prctl(PR_GET_PDEATHSIG, &at_parents_death);
    if (setgroups(0, nullptr) != 0) return base::FailSystem("setgroups");
    if (setresgid(group, group, group) != 0) return base::FailSystem("setresgid");
    if (setresuid(user, user, user) != 0) return base::FailSystem("setresuid");
    prctl(PR_SET_PDEATHSIG, at_parents_death);
    if (setuid(0) == 0) {
      return base::Fail(base::Code::kSystem, "root could be regained after it was given up");
    }
  }
  return GiveUpGaining();
}

base::Result<void> CloseAllBut(SessionDescriptors& kept, int null) {
  // High above everything first, so that no number is in the way of another.
  const int socket = fcntl(kept.socket.get(), F_DUPFD_CLOEXEC, 10);
  const int monitor = fcntl(kept.monitor.get(), F_DUPFD_CLOEXEC, 10);
  if (socket < 0 || monitor < 0) return base::FailSystem("dup");
  if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) {
    return base::FailSystem("dup2");
  }
  (void)kept.socket.Release();
  (void)kept.monitor.Release();
  if (dup3(socket, 3, O_CLOEXEC) < 0 || dup3(monitor, 4, O_CLOEXEC) < 0) {
    return base::FailSystem("dup3");
  }
  if (close_range(5, ~0U, 0) != 0) return base::FailSystem("close_range");
  kept.socket.Reset(3);
  kept.monitor.Reset(4);
  return {};
}

void PrepareFilter() { (void)Filter(); }

base::Result<void> ConfineSession() {
  auto done = GiveUpGaining();
  if (done) done = Limit(RLIMIT_CORE, 0);
  if (done) done = Limit(RLIMIT_NPROC, 0);
  if (done && !LogIsFile()) done = Limit(RLIMIT_FSIZE, 0);
  if (done) done = Limit(RLIMIT_NOFILE, kOpenFiles);
  if (!done) return done;
  const auto& filter = Filter();
  if (!filter) return base::Fail(filter.error());
  return filter->Enforce();
}

}  // namespace ssh
