#include "release/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "base/unique_fd.h"

namespace release {
namespace {

enum class Step : int {
  kDescriptors,
  kSession,
  kTerminal,
  kOpenFiles,
  kAccount,
  kDirectory,
  kProgram,
  kInterpreter
};

// Why the child could not become the command.
struct Report {
  Step step;
  int number;  // errno
};

constexpr int kFirstOwnFd = 10;  // the child's copies lie above the three that it sets up

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Everything that the child needs, made before it exists; and what it says.
struct Prepared {
  Prepared(const ProcessParts& process, const Stdio& standard);

  const ProcessParts& parts;
  const Stdio& stdio;
  std::optional<Report> report;  // from the child: it did not become the command
  std::string path;              // the PATH that is searched
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::vector<std::string> candidates;  // where the program may be, in order
  std::vector<std::string> script;      // argv for a script without #!: /bin/sh CANDIDATE ...
  std::vector<char*> argv_pointers;
  std::vector<char*> environment_pointers;
  std::vector<char*> script_pointers;
};

Prepared::Prepared(const ProcessParts& process, const Stdio& standard)
    : parts(process), stdio(standard), argv(process.argv) {
  for (const Variable& variable : parts.environment) {
    environment.push_back(variable.name + "=" + variable.value);
    if (variable.name == "PATH") path = variable.value;
  }
  const std::string& program = argv[0];
  if (program.find('/') != std::string::npos) {
    candidates.push_back(program);
  } else if (!program.empty()) {
    for (const std::string_view folder : base::Split(path, ':')) {
      // Not the empty and the relative ones: they would be the release's own folders.
      if (folder.starts_with('/')) candidates.push_back(fmt::format("{}/{}", folder, program));
    }
  }
  script = {"/bin/sh", ""};
  script.insert(script.end(), argv.begin() + 1, argv.end());
  argv_pointers = Pointers(argv);
  environment_pointers = Pointers(environment);
  script_pointers = Pointers(script);
}

// From here to ChildMain: in the child, which shares this process's memory: async-signal-safe calls
// only (signal-safety(7)).

// 0, or the errno.
int SetDescriptors(const Stdio& stdio) {
  const std::array<int, 3> wanted = {stdio.in, stdio.out, stdio.err};
  std::array<int, 3> copies{};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    copies[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, kFirstOwnFd);
    if (copies[i] < 0) return errno;
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (dup2(copies[i], static_cast<int>(i)) < 0) return errno;
  }
  if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return errno;
  return 0;
}

void ResetSignals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // NOLINT(concurrency-mt-unsafe): one thread
}

int LimitOpenFiles(std::int64_t count) {
  const auto wanted = static_cast<rlim_t>(count);
  rlimit limit{wanted, wanted};
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return 0;
  // Only root may go above the limit that this process got; in development mode that one holds.
  if (errno != EPERM || getrlimit(RLIMIT_NOFILE, &limit) != 0) return errno;
  if (limit.rlim_max > wanted) limit.rlim_max = wanted;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
}

// As execvp(3); returns only if no candidate could be executed.
Report Execute(Prepared& prepared) {
  Report report{Step::kProgram, ENOENT};
  for (std::string& candidate : prepared.candidates) {
    execve(candidate.c_str(), prepared.argv_pointers.data(), prepared.environment_pointers.data());
    if (errno == ENOEXEC) {  // a script without #! is a shell's
      prepared.script_pointers[1] = candidate.data();
      execve("/bin/sh", prepared.script_pointers.data(), prepared.environment_pointers.data());
      return {Step::kProgram, errno};
    }
    if (errno == EACCES) {
      report.number = EACCES;
    } else if (errno == ENOENT) {
      // It is there: what is missing is what its first line names.
      if (access(candidate.c_str(), F_OK) == 0) return {Step::kInterpreter, ENOENT};
    } else if (errno != ENOTDIR && errno != ENAMETOOLONG && errno != ELOOP) {
      return {Step::kProgram, errno};
    }
  }
  return report;
}

Report BecomeCommand(Prepared& prepared) {
  const ProcessParts& parts = prepared.parts;
  const Stdio& stdio = prepared.stdio;
  if (setsid() < 0) return {Step::kSession, errno};
  if (const int number = SetDescriptors(stdio); number != 0) return {Step::kDescriptors, number};
  if (stdio.terminal == Terminal::kControlling && ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0) {
    return {Step::kTerminal, errno};
  }
  ResetSignals();
  if (const int number = LimitOpenFiles(parts.open_files); number != 0) {
    return {Step::kOpenFiles, number};
  }
  umask(parts.umask);
  if (const int number = BecomeAccount(parts.account); number != 0) {
    return {Step::kAccount, number};
  }
  if (chdir(parts.directory.c_str()) != 0) return {Step::kDirectory, errno};
  return Execute(prepared);
}

int ChildMain(void* argument) {
  Prepared& prepared = *static_cast<Prepared*>(argument);
  prepared.report = BecomeCommand(prepared);
  return kNotFound;  // nobody looks at it
}

Refusal Explained(const Prepared& prepared, const Report& report) {
  const ProcessParts& parts = prepared.parts;
  const std::string why = std::generic_category().message(report.number);
  const std::string program = prepared.argv[0].empty() ? "''" : base::Escape(prepared.argv[0]);
  const bool on_path = prepared.argv[0].find('/') == std::string::npos;
  switch (report.step) {
    case Step::kInterpreter:
      return {kCannotExecute,
              fmt::format("{}: the interpreter that it names in its first line does not exist",
                          program)};
    case Step::kProgram:
      if (report.number != ENOENT) {
        return {kCannotExecute, fmt::format("{}: cannot be executed: {}", program, why)};
      }
      return {kNotFound, on_path ? fmt::format("{}: no such program in the PATH {}", program,
                                               base::Escape(prepared.path, 1000))
                                 : fmt::format("{}: no such file in {}", program, parts.directory)};
    case Step::kDirectory:
      return {kUnusable, fmt::format("{}+{}: cannot enter {}: {}", parts.app, parts.release,
                                     parts.directory, why)};
    case Step::kAccount:
      return {kLost, fmt::format("{}+{}: cannot become the user {}: {}", parts.app, parts.release,
                                 parts.account.name, why)};
    case Step::kTerminal:
      return {kLost,
              fmt::format("{}+{}: cannot take the terminal: {}", parts.app, parts.release, why)};
    case Step::kOpenFiles:
      return {kLost, fmt::format("{}+{}: cannot set the limit of {} open files: {}", parts.app,
                                 parts.release, parts.open_files, why)};
    case Step::kDescriptors:
    case Step::kSession:
      break;
  }
  return {kLost,
          fmt::format("{}+{}: cannot set the process up: {}", parts.app, parts.release, why)};
}

}  // namespace

Outcome<base::Child> Launch(const ProcessSpec& spec, const Stdio& stdio) {
  const auto lost = [&](const base::Error& error) {
    return Refuse(kLost, fmt::format("{}+{}: cannot start: {}", spec.parts().app,
                                     spec.parts().release, error.message()));
  };
  Prepared prepared(spec.parts(), stdio);
  auto child = base::Child::Spawn(ChildMain, &prepared);
  if (!child) return lost(child.error());
  if (!prepared.report) return std::move(*child);
  (void)child->Wait();
  return tl::unexpected(Explained(prepared, *prepared.report));
}

}  // namespace release
