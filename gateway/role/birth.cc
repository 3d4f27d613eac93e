#include "gateway/role/birth.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/role/child_log.h"
#include "gateway/role/filters.h"
#include "gateway/role/landlock.h"

namespace role {
namespace {

// Ten channels have at most six descriptors each. The rest is for descriptors in flight.
constexpr rlim_t kOpenFilesOfSession = 1024;

base::Result<void> Limit(__rlimit_resource resource, rlim_t most) {
  const rlimit limit{most, most};
  if (setrlimit(resource, &limit) != 0) return base::FailSystem("setrlimit");
  return {};
}

// Limits for a process that reads untrusted bytes: no core, no child, no file that grows, few
// descriptors.
base::Result<void> LimitSession() {
  auto done = Limit(RLIMIT_CORE, 0);
  if (done) done = Limit(RLIMIT_NPROC, 0);
  if (done) done = Limit(RLIMIT_FSIZE, 0);
  if (done) done = Limit(RLIMIT_NOFILE, kOpenFilesOfSession);
  return done;
}

base::Result<void> TakeIdentity(const Role& role, const Birth& birth) {
  if (birth.user) {
    const base::Identity& user = *birth.user;
    const int number = base::BecomeUser(user.uid, user.gid, user.groups, role.capabilities);
    if (number != 0) return base::FailSystem("become its user", number);
    return {};
  }
  // Without root, or in a role that stays root. No step here adds a capability.
  if (const int number = base::KeepCapabilities(role.capabilities); number != 0) {
    return base::FailSystem("drop capabilities", number);
  }
  return {};
}

// Descriptors 0 to 2 are always open, so that no later open(2) gets such a number. A process that
// asks as an app's user must not write to our log.
base::Result<void> TakeStandardDescriptors(const Role& role, int log) {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return base::FailSystem("/dev/null");
  if (log < 0 && role.user == kApps) log = null;
  const bool done = dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 &&
                    (log < 0 || dup2(log, STDERR_FILENO) >= 0);
  const int number = errno;
  if (null > STDERR_FILENO) close(null);
  if (log > STDERR_FILENO && log != null) close(log);
  if (!done) return base::FailSystem("dup2", number);
  return {};
}

base::Result<void> Confine(const Role& role, const Birth& birth) {
  PrepareFilter(role.calls);  // first: the limits below would forbid it
  auto done = TakeIdentity(role, birth);
  if (!done) return done;
  // With no_new_privs a set-user-ID program gains nothing, and the kernel accepts a filter from a
  // process without CAP_SYS_ADMIN (seccomp(2), landlock(7)).
  if (role.gain == Gain::kNothing && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return base::FailSystem("no_new_privs");
  }
  // Not dumpable: no unprivileged process of the same user can ptrace(2) this one or read its
  // memory (PR_SET_DUMPABLE, prctl(2)).
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return base::FailSystem("PR_SET_DUMPABLE");
  if (role.landlock == Landlock::kProc) done = RestrictToProc();
  if (role.landlock == Landlock::kFolders) done = RestrictTo(birth.folders);
  if (done && role.calls == Calls::kSession) done = LimitSession();
  // Last: the filter forbids the calls above.
  if (done) done = EnforceFilter(role.calls);
  return done;
}

}  // namespace

base::Result<void> Assume(const Role& role, const Birth& birth) {
  base::NameProcess(role.title);
  std::vector<int> keep = birth.keep;
  keep.push_back(birth.log);
  // An inherited descriptor would be a way around the process's user, filter and Landlock rules.
  base::CloseAllFdsBut(std::move(keep));
  if (auto done = TakeStandardDescriptors(role, birth.log); !done) return done;
  if (birth.first) {
    if (auto done = birth.first(); !done) return done;
  }
  return Confine(role, birth);
}

base::Result<void> AssumeIdentity(const Role& role, const std::optional<base::Identity>& user) {
  return Confine(role, {.user = user});
}

base::Result<base::Child> ForkAs(const Role& role, const Birth& birth, const base::Log& log,
                                 const Body& body) {
  return base::Child::Fork([&] {
    const base::Log own = birth.log >= 0 ? LogOfChild() : log;
    if (const auto assumed = Assume(role, birth); !assumed) {
      if (own) {
        own(base::Level::kError,
            fmt::format("{}: not confined: {}", role.title, assumed.error().message()));
      }
      return kNotConfined;
    }
    return body(own);
  });
}

}  // namespace role
