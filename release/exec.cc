#include "release/exec.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "base/text.h"
#include "release/command/pasted_characters.h"

namespace release {
namespace {

constexpr int kFirstOwnFd = 10;  // the copies must not overlap the descriptors that are set up

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// From here to LimitOpenFiles: async-signal-safe calls only (signal-safety(7)).

// Gives this process its own /proc and /dev/pts. It still sees what the host mounts later; the host
// sees none of its mounts. Returns 0 or the errno.
int SetMounts(int devpts) {
  // In the command's process, because the supervisor keeps the host's mounts.
  if (unshare(CLONE_NEWNS) != 0) return errno;
  // Mounts are shared by default under systemd. Without MS_SLAVE the host's /proc would be
  // replaced, too (mount_namespaces(7)).
  if (mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return errno;
  // One that stays, because it was no mount, is covered by the new one.
  (void)umount2("/proc", MNT_DETACH);
  (void)umount2("/dev/pts", MNT_DETACH);
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  // A /proc that is mounted here shows this process's pid namespace only (pid_namespaces(7)).
  if (mount("proc", "/proc", "proc", kFlags, nullptr) != 0) return errno;
  constexpr unsigned kByDescriptor = MOVE_MOUNT_F_EMPTY_PATH;
  return move_mount(devpts, "", AT_FDCWD, "/dev/pts", kByDescriptor) == 0 ? 0 : errno;
}

// Returns whether the folders exist now.
bool MakeFolders(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
  }
  return true;
}

// Returns 0 or the errno. Copies all three first: one of them may be 0, 1 or 2 itself.
int SetDescriptors(const Stdio& stdio, int inherited) {
  const std::array<int, 3> wanted = {stdio.in, stdio.out, stdio.err};
  std::array<int, 3> copies{};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    copies[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, std::max(kFirstOwnFd, 3 + inherited));
    if (copies[i] < 0) return errno;
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (dup2(copies[i], static_cast<int>(i)) < 0) return errno;
  }
  for (int fd = 3; fd < 3 + inherited; ++fd) {
    if (fcntl(fd, F_SETFD, 0) != 0) return errno;
  }
  // execve(2) closes all other descriptors: none of this process's may reach the command.
  const auto first = static_cast<unsigned>(3 + inherited);
  if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
  return 0;
}

// execve(2) keeps ignored signals and the signal mask.
void ResetSignals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // NOLINT(concurrency-mt-unsafe): one thread
}

int LimitOpenFiles(std::int64_t count, bool hard) {
  const auto wanted = static_cast<rlim_t>(count);
  rlimit limit{wanted, wanted};
  if (!hard) {  // the hard limit stays the host's
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
  }
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return 0;
  // Only root may raise its hard limit (setrlimit(2)); in development mode the current one stays.
  if (errno != EPERM || getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
  if (limit.rlim_max > wanted) limit.rlim_max = wanted;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
}

}  // namespace

Exec::Exec(const ProcessParts& parts, const Stdio& stdio, Options options)
    : parts_(parts), stdio_(stdio), options_(options), argv_(parts.argv) {
  for (const Variable& variable : parts_.environment) {
    environment_.push_back(variable.name + "=" + variable.value);
    if (variable.name == "PATH") path_ = variable.value;
  }
  const std::size_t own = environment_.size();
  for (const Variable& variable : parts_.history.variables) {
    environment_.push_back(variable.name + "=" + variable.value);
  }
  const std::string& program = argv_[0];
  if (program.find('/') != std::string::npos) {
    candidates_.push_back(program);
  } else if (!program.empty()) {
    for (const std::string_view folder : base::Split(path_, ':')) {
      // An empty or relative folder of the PATH is skipped: it would lie in the release.
      if (folder.starts_with('/')) candidates_.push_back(fmt::format("{}/{}", folder, program));
    }
  }
  script_ = {"/bin/sh", ""};
  script_.insert(script_.end(), argv_.begin() + 1, argv_.end());
  argv_pointers_ = Pointers(argv_);
  environment_pointers_ = Pointers(environment_);
  history_pointer_ = &environment_pointers_[own];
  script_pointers_ = Pointers(script_);
}

void Exec::Become() { report_ = TryToBecome(); }

Exec::Report Exec::TryToBecome() {
  if (options_.devpts >= 0) {
    if (const int number = SetMounts(options_.devpts); number != 0) return {Step::kMounts, number};
  }
  // A session of its own, so that TIOCSCTTY is allowed and signals reach the whole command
  // (setsid(2), ioctl_tty(2)).
  if (options_.session == Options::Session::kOwn && setsid() < 0) return {Step::kSession, errno};
  if (const int number = SetDescriptors(stdio_, options_.inherited); number != 0) {
    return {Step::kDescriptors, number};
  }
  // Only with a controlling terminal do Ctrl-C, Ctrl-Z and a hang-up reach the command
  // (credentials(7)).
  if (stdio_.terminal == Terminal::kControlling && ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0) {
    return {Step::kTerminal, errno};
  }
  ResetSignals();
  // Before the change of account: only root may raise a hard limit (setrlimit(2)).
  if (const int number = LimitOpenFiles(parts_.open_files, parts_.bounds_files); number != 0) {
    return {Step::kOpenFiles, number};
  }
  umask(parts_.umask);
  // Before the folders and the directory: root must make nothing in the home of the app's user,
  // where links may lead elsewhere.
  if (const int number = BecomeAccount(parts_.account); number != 0) {
    return {Step::kAccount, number};
  }
  // The variables for history files are the last ones. Without their folders the list of variables
  // ends before them.
  if (!MakeFolders(parts_.history.folders)) *history_pointer_ = nullptr;
  // As the account: chdir(2) must respect its permissions, not root's.
  if (chdir(parts_.directory.c_str()) != 0) return {Step::kDirectory, errno};
  return Execute();
}

// Tries the candidates as execvp(3) does. Returns only if none could be executed.
Exec::Report Exec::Execute() {
  Report report{Step::kProgram, ENOENT};
  for (std::string& candidate : candidates_) {
    execve(candidate.c_str(), argv_pointers_.data(), environment_pointers_.data());
    if (errno == ENOEXEC) {  // a script without #!: execvp(3) starts it by /bin/sh
      script_pointers_[1] = candidate.data();
      execve("/bin/sh", script_pointers_.data(), environment_pointers_.data());
      return {Step::kProgram, errno};
    }
    if (errno == EACCES) {
      // As execvp(3): the search goes on, and EACCES is reported if no folder has a program that
      // can be executed.
      report.number = EACCES;
    } else if (errno == ENOENT) {
      // The file exists, so ENOENT is about its interpreter (execve(2)).
      if (access(candidate.c_str(), F_OK) == 0) return {Step::kInterpreter, ENOENT};
    } else if (errno != ENOTDIR && errno != ENAMETOOLONG && errno != ELOOP) {
      return {Step::kProgram, errno};
    }
  }
  return report;
}

Refusal Exec::WhyNoProgram(int number) const {
  const std::string program = argv_[0].empty() ? "''" : base::Escape(argv_[0]);
  if (number != ENOENT) {
    return {kCannotExecute, fmt::format("{}: cannot be executed: {}", program,
                                        std::generic_category().message(number))};
  }
  const auto pasted = DescribePasted(argv_[0]);
  const std::string hint = pasted ? "; " + *pasted : "";
  const bool on_path = argv_[0].find('/') == std::string::npos;
  if (!on_path) {
    return {kNotFound, fmt::format("{}: no such file in {}{}", program, parts_.directory, hint)};
  }
  return {kNotFound,
          fmt::format("{}: no such program in the PATH {}{}{}{}", program,
                      base::Escape(path_, 1000), hint, parts_.elsewhere.empty() ? "" : "; ",
                      base::Escape(parts_.elsewhere, 2000))};
}

Refusal Exec::Why() const {
  const std::string why = std::generic_category().message(report_->number);
  const std::string where = fmt::format("{}+{}", parts_.app, parts_.release);
  switch (report_->step) {
    case Step::kInterpreter:
      return {kCannotExecute,
              fmt::format("{}: the interpreter that it names in its first line does not exist",
                          base::Escape(argv_[0]))};
    case Step::kProgram:
      return WhyNoProgram(report_->number);
    case Step::kDirectory:
      return {kUnusable, fmt::format("{}: cannot enter {}: {}", where, parts_.directory, why)};
    case Step::kAccount:
      return {kLost,
              fmt::format("{}: cannot become the user {}: {}", where, parts_.account.name, why)};
    case Step::kTerminal:
      return {kLost, fmt::format("{}: cannot take the terminal: {}", where, why)};
    case Step::kOpenFiles:
      return {kLost, fmt::format("{}: cannot set the limit of {} open files: {}", where,
                                 parts_.open_files, why)};
    case Step::kMounts:
      return {kLost, fmt::format("{}: cannot give the private run its own /proc and /dev/pts: {}",
                                 where, why)};
    case Step::kDescriptors:
    case Step::kSession:
      break;
  }
  return {kLost, fmt::format("{}: cannot set the process up: {}", where, why)};
}

}  // namespace release
