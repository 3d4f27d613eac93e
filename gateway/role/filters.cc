#include "gateway/role/filters.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <array>
#include <initializer_list>
#include <utility>

#include "base/call_filter.h"
#include "gateway/role/birth.h"

namespace role {
namespace {

using CallList = std::initializer_list<int>;

// Adds rules to a libseccomp filter until one fails.
class Rules {
 public:
  explicit Rules(void* filter) : filter_(filter) {}

  void Allow(CallList calls) {
    for (const int call : calls) {
      if (rc_ == 0) rc_ = seccomp_rule_add_array(filter_, SCMP_ACT_ALLOW, call, 0, nullptr);
    }
  }
  void AllowIf(int call, std::initializer_list<scmp_arg_cmp> arguments) {
    if (rc_ != 0) return;
    rc_ = seccomp_rule_add_array(filter_, SCMP_ACT_ALLOW, call,
                                 static_cast<unsigned>(arguments.size()), arguments.begin());
  }
  // Allows the given commands of fcntl(2) or ioctl(2).
  void AllowCommands(int call, std::initializer_list<int> commands) {
    for (const int command : commands) {
      AllowIf(call, {SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command))});
    }
  }
  // Memory is never executable, so an attacker cannot add code.
  void AllowMemory() {
    // Without these, malloc(3) can neither grow nor shrink.
    Allow({SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise)});
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
      AllowIf(call, {SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
    }
  }
  // Allows openat(2) only for reading: no write, no creation, no truncation.
  void AllowReading() {
    constexpr scmp_datum_t kChanges = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
    AllowIf(SCMP_SYS(openat), {SCMP_A2_64(SCMP_CMP_MASKED_EQ, kChanges, O_RDONLY)});
  }
  int rc() const { return rc_; }

 private:
  void* filter_;
  int rc_ = 0;
};

void AllowToSession(Rules& rules) {
  // data
  rules.Allow({SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvfrom), SCMP_SYS(sendto),
               SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(close), SCMP_SYS(getsockopt)});
  // waiting and time
  rules.Allow({SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
               SCMP_SYS(restart_syscall), SCMP_SYS(futex)});
  // the rest of libc and OpenSSL
  rules.Allow({SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigreturn),
               SCMP_SYS(exit), SCMP_SYS(exit_group)});
  // F_SETOWN is not among them: it makes the kernel send signals to other processes (fcntl(2)).
  rules.AllowCommands(SCMP_SYS(fcntl), {F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC});
  rules.AllowCommands(SCMP_SYS(ioctl), {FIONREAD});
  // time-outs of the one connection and of the monitor's socket
  constexpr std::array<std::pair<int, int>, 7> kOptions = {{{SOL_SOCKET, SO_KEEPALIVE},
                                                            {SOL_SOCKET, SO_SNDTIMEO},
                                                            {IPPROTO_TCP, TCP_KEEPIDLE},
                                                            {IPPROTO_TCP, TCP_KEEPINTVL},
                                                            {IPPROTO_TCP, TCP_NODELAY},
                                                            {IPPROTO_TCP, TCP_QUICKACK},
                                                            {IPPROTO_TCP, TCP_USER_TIMEOUT}}};
  for (const auto& [level, option] : kOptions) {
    rules.AllowIf(SCMP_SYS(setsockopt), {SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(level)),
                                         SCMP_A2(SCMP_CMP_EQ, static_cast<scmp_datum_t>(option))});
  }
#if defined(__SANITIZE_ADDRESS__)
  // for the sanitizers: signal stacks, thread state, and the report before the process dies
  rules.Allow({SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
               SCMP_SYS(sched_yield), SCMP_SYS(getrusage), SCMP_SYS(prctl), SCMP_SYS(readlink),
               SCMP_SYS(openat), SCMP_SYS(newfstatat), SCMP_SYS(pipe2), SCMP_SYS(sched_getaffinity),
               SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(brk), SCMP_SYS(munmap),
               SCMP_SYS(mremap), SCMP_SYS(madvise)});
#else
  rules.AllowMemory();
#endif
}

#if !defined(__SANITIZE_ADDRESS__)
// Messages, memory, time, exit.
void AllowToAll(Rules& rules) {
  rules.Allow({SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(recvfrom),
               SCMP_SYS(recvmsg),      SCMP_SYS(sendto),          SCMP_SYS(sendmsg),
               SCMP_SYS(poll),         SCMP_SYS(ppoll),           SCMP_SYS(close),
               SCMP_SYS(fstat),        SCMP_SYS(newfstatat),      SCMP_SYS(lseek),
               SCMP_SYS(getpid),       SCMP_SYS(gettid),          SCMP_SYS(geteuid),
               SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall), SCMP_SYS(futex),
               SCMP_SYS(getrandom),    SCMP_SYS(clock_gettime),   SCMP_SYS(exit_group)});
  rules.AllowMemory();
}

// Terminals, pipes, the run's file, its recording, processes. Landlock lets it open only files in
// /proc.
void AllowToSupervisor(Rules& rules) {
  rules.Allow({SCMP_SYS(ioctl), SCMP_SYS(pread64), SCMP_SYS(getdents64), SCMP_SYS(kill),
               SCMP_SYS(wait4), SCMP_SYS(pidfd_open), SCMP_SYS(waitid), SCMP_SYS(rt_sigprocmask),
               SCMP_SYS(pidfd_send_signal), SCMP_SYS(splice), SCMP_SYS(pwrite64), SCMP_SYS(fstatfs),
               SCMP_SYS(fcntl), SCMP_SYS(accept4)});
  rules.AllowReading();
}

// Recordings that grow. F_OFD_GETLK tells whether a run goes on; the watcher may neither lock a
// file nor set a descriptor's owner.
void AllowToWatcher(Rules& rules) {
  rules.Allow({SCMP_SYS(pread64)});
  rules.AllowCommands(SCMP_SYS(fcntl), {F_OFD_GETLK});
}

// Init reaps children that it did not make, and asks by signal 0 whether another process is left in
// its namespace.
void AllowToInit(Rules& rules) {
  rules.Allow({SCMP_SYS(wait4), SCMP_SYS(rt_sigaction)});
  rules.AllowIf(SCMP_SYS(kill), {SCMP_A1(SCMP_CMP_EQ, 0)});
}

// For a local caller's connection: shutdown(2) after its one request.
void AllowToMonitor(Rules& rules) {
  rules.Allow({SCMP_SYS(shutdown), SCMP_SYS(alarm), SCMP_SYS(fcntl)});
}

// The log's folder, its clients, its copies to syslog and the journal.
void AllowToWriter(Rules& rules) {
  rules.Allow({SCMP_SYS(openat),     SCMP_SYS(getdents64),    SCMP_SYS(pread64),
               SCMP_SYS(pwrite64),   SCMP_SYS(fsync),         SCMP_SYS(fdatasync),
               SCMP_SYS(fstatfs),    SCMP_SYS(statfs),        SCMP_SYS(unlinkat),
               SCMP_SYS(renameat),   SCMP_SYS(renameat2),     SCMP_SYS(ftruncate),
               SCMP_SYS(fallocate),  SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
               SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),   SCMP_SYS(fcntl),
               SCMP_SYS(getsockopt), SCMP_SYS(connect),       SCMP_SYS(rt_sigaction),
               SCMP_SYS(prlimit64),  SCMP_SYS(inotify_init1), SCMP_SYS(inotify_add_watch)});
  // to find which of these sockets the host has, and the owner of /dev/log
  rules.Allow({SCMP_SYS(access), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat)});
  // syslog and the journal are local sockets. A process with the signing key needs no network.
  rules.AllowIf(SCMP_SYS(socket), {SCMP_A0(SCMP_CMP_EQ, AF_UNIX)});
}

// Folders of recordings.
void AllowToArchivist(Rules& rules) {
  rules.Allow({SCMP_SYS(openat), SCMP_SYS(getdents64), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
               SCMP_SYS(fchmodat), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(unlinkat),
               SCMP_SYS(fsync), SCMP_SYS(pread64), SCMP_SYS(ioctl), SCMP_SYS(syncfs),
               SCMP_SYS(fcntl), SCMP_SYS(flock)});
}
#endif

int AddRules(void* filter, Calls calls) {
  Rules rules(filter);
  if (calls == Calls::kSession) {
    AllowToSession(rules);
    return rules.rc();
  }
#if !defined(__SANITIZE_ADDRESS__)
  AllowToAll(rules);
  if (calls == Calls::kMonitor) AllowToMonitor(rules);
  if (calls == Calls::kSupervisor) AllowToSupervisor(rules);
  if (calls == Calls::kWatcher) AllowToWatcher(rules);
  if (calls == Calls::kArchivist) AllowToArchivist(rules);
  if (calls == Calls::kWriter) AllowToWriter(rules);
  if (calls == Calls::kInit) AllowToInit(rules);
#endif
  return rules.rc();
}

template <Calls calls>
const base::Result<base::CallFilter>& Compiled() {
  // Compiled once, by the parent of many children (PrepareFilter): each fork finds the finished
  // program.
  static const base::Result<base::CallFilter> filter =
      base::CallFilter::Compile([](void* rules) { return AddRules(rules, calls); });
  return filter;
}

const base::Result<base::CallFilter>* FilterOf(Calls calls) {
#if defined(__SANITIZE_ADDRESS__)
  return calls == Calls::kSession ? &Compiled<Calls::kSession>() : nullptr;
#else
  switch (calls) {
    case Calls::kAll:
      return nullptr;
    case Calls::kSession:
      return &Compiled<Calls::kSession>();
    case Calls::kMonitor:
      return &Compiled<Calls::kMonitor>();
    case Calls::kSupervisor:
      return &Compiled<Calls::kSupervisor>();
    case Calls::kWatcher:
      return &Compiled<Calls::kWatcher>();
    case Calls::kArchivist:
      return &Compiled<Calls::kArchivist>();
    case Calls::kWriter:
      return &Compiled<Calls::kWriter>();
    case Calls::kInit:
      return &Compiled<Calls::kInit>();
  }
  return nullptr;
#endif
}

}  // namespace

void PrepareFilter(Calls calls) { (void)FilterOf(calls); }

base::Result<void> EnforceFilter(Calls calls) {
  const auto* const filter = FilterOf(calls);
  if (filter == nullptr) return {};
  if (!*filter) return base::Fail(filter->error());
  return (*filter)->Enforce();
}

}  // namespace role
