#include "gateway/audit/export_pipe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "gateway/role/birth.h"

namespace audit {
namespace {

constexpr int kCannotRun = 127;

base::Result<void> CheckCommand(const std::string& path) {
  struct stat status {};
  if (path.empty() || path.front() != '/') {
    return base::Fail(base::Code::kInvalid, path + ": not an absolute path");
  }
  if (stat(path.c_str(), &status) != 0) return base::FailSystem(path);
  const bool ours = status.st_uid == 0 || status.st_uid == geteuid();
  // The command gets every record. A file that others may write would let them read or stop the
  // export.
  if (!S_ISREG(status.st_mode) || !ours || (status.st_mode & 022) != 0) {
    return base::Fail(base::Code::kDenied,
                      path + ": not a regular file that root owns and only root may write");
  }
  return {};
}

void ResetSignals() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// Runs in the child. Returns an exit status if the command cannot be executed.
int Become(const std::vector<std::string>& command, int input) {
  // Read before prctl(2): if the exporter ends in between, no signal comes, and the check below
  // sees another parent.
  const pid_t parent = getppid();
  if (dup2(input, STDIN_FILENO) < 0) return kCannotRun;
  base::CloseAllFdsBut({});
  ResetSignals();
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent || chdir("/") != 0) return kCannotRun;
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::string lang = "LANG=C.UTF-8";
  // A fixed environment: nothing of the broker's reaches the operator's command.
  char* environment[] = {path.data(), lang.data(), nullptr};
  execve(argv[0], argv.data(), environment);
  return kCannotRun;
}

}  // namespace

base::Result<ExportPipe> ExportPipe::Start(const std::vector<std::string>& command,
                                           std::optional<base::Identity> user) {
  if (auto good = CheckCommand(command.front()); !good) return base::Fail(std::move(good.error()));
  auto pipe = base::MakePipe();
  if (!pipe) return base::Fail(std::move(pipe.error()));
  ExportPipe made;
  made.from_ = std::move(pipe->first);
  made.to_ = std::move(pipe->second);
  if (auto set = base::SetNonBlocking(made.to_.get()); !set) return base::Fail(set.error());
  const int input = made.from_.get();
  auto child = role::ForkAs(role::kExport, {.keep = {input}, .user = std::move(user)}, {},
                            [&](const base::Log&) { return Become(command, input); });
  if (!child) return base::Fail(std::move(child.error()));
  made.child_ = std::move(*child);
  return made;
}

void ExportPipe::Add(const ExportPosition& record, std::string_view line) {
  unwritten_ += line;
  unwritten_ += '\n';
  added_ += line.size() + 1;
  given_.push_back({added_, record});
}

void ExportPipe::Write() {
  while (wants_to_write()) {
    const ssize_t n = write(to_.get(), unwritten_.data(), unwritten_.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    written_ += static_cast<std::uint64_t>(n);
    unwritten_.erase(0, static_cast<std::size_t>(n));
  }
}

std::optional<ExportPosition> ExportPipe::Taken() {
  int left = 0;
  // What the pipe no longer holds has been read by the command. That is the only acknowledgement
  // that a pipe gives.
  if (ioctl(from_.get(), FIONREAD, &left) != 0) return std::nullopt;
  const std::uint64_t read = written_ - static_cast<std::uint64_t>(left);
  std::optional<ExportPosition> taken;
  while (!given_.empty() && given_.front().end <= read) {
    taken = std::move(given_.front().record);
    given_.pop_front();
  }
  return taken;
}

}  // namespace audit
