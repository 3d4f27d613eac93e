// FakeRun: what the supervisor of a run does for a session, without all that makes it safe.
#ifndef ONEOFF_TESTS_GATEWAY_SSH_FAKE_RUN_H_
#define ONEOFF_TESTS_GATEWAY_SSH_FAKE_RUN_H_

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"

namespace ssh::testing {

inline void AppendLine(const std::string& file, const std::string& line) {
  const base::UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const std::string text = line + "\n";
  (void)!write(fd.get(), text.data(), text.size());
}

// A run: /bin/sh -c COMMAND, and what the supervisor does for it.
class FakeRun {
 public:
  // `notes` is a file: a line for each word of the session's.
  FakeRun(const wire::Start& start, std::string notes) : start_(start), notes_(std::move(notes)) {
    auto control = *base::MakeSocketPair(SOCK_SEQPACKET);
    control_ = std::move(control.second);
    session_.push_back(std::move(control.first));
    if (start_.pty) {
      auto stream = *base::MakeSocketPair(SOCK_STREAM);
      session_.push_back(std::move(stream.first));
      terminal_ = std::move(stream.second);
    } else {
      for (int i = 0; i < 3; ++i) {
        auto pipe = *base::MakePipe();
        session_.push_back(std::move(i == 0 ? pipe.second : pipe.first));
        command_.push_back(std::move(i == 0 ? pipe.first : pipe.second));
      }
      stdin_ = *session_[1].Duplicate();
    }
  }

  std::vector<int> SessionFds() const {
    std::vector<int> fds;
    for (const auto& fd : session_) fds.push_back(fd.get());
    return fds;
  }

  void Supervise() {
    const pid_t pid = start_.pty ? ForkOnPty() : ForkOnPipes();
    session_.clear();
    command_.clear();
    const base::UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    for (;;) {
      pollfd polled[4] = {{pidfd.get(), POLLIN, 0},
                          {control_.get(), POLLIN, 0},
                          {master_.get(), POLLIN, 0},
                          {terminal_.get(), POLLIN, 0}};
      poll(polled, 4, -1);
      if (polled[1].revents != 0) OnControl(pid);
      if (polled[2].revents != 0) Copy(master_, terminal_);
      if (polled[3].revents != 0) Copy(terminal_, master_);
      // What was said before the end is heard before it.
      if (polled[0].revents == 0 || polled[1].revents != 0) continue;
      while (master_ && Copy(master_, terminal_)) {
      }
      int status = 0;
      waitpid(pid, &status, 0);
      const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      (void)wire::Send(control_.get(), wire::Ended{code, ""});
      return;
    }
  }

 private:
  pid_t ForkOnPipes() {
    const pid_t pid = fork();
    if (pid == 0) {
      setsid();
      for (int i = 0; i < 3; ++i) dup2(command_[static_cast<std::size_t>(i)].get(), i);
      Exec();
    }
    return pid;
  }
  pid_t ForkOnPty() {
    int master = -1;
    const winsize size{static_cast<unsigned short>(start_.pty->size.rows),
                       static_cast<unsigned short>(start_.pty->size.columns), 0, 0};
    const pid_t pid = forkpty(&master, nullptr, nullptr, &size);
    if (pid == 0) Exec();
    master_.Reset(master);
    return pid;
  }
  [[noreturn]] void Exec() const {
    close_range(3, ~0U, 0);
    signal(SIGPIPE, SIG_DFL);
    for (const auto& one : start_.environment) {
      setenv(one.name.c_str(), one.value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    }
    execl("/bin/sh", "sh", "-c", start_.command.value_or("echo a shell").c_str(), nullptr);
    _exit(127);
  }
  static bool Copy(base::UniqueFd& from, base::UniqueFd& to) {
    char buffer[4096];
    const ssize_t n = read(from.get(), buffer, sizeof buffer);
    if (n <= 0) {
      from.Reset();
      return false;
    }
    return write(to.get(), buffer, static_cast<std::size_t>(n)) == n;
  }
  void OnControl(pid_t pid) {
    auto received = wire::Receive<wire::ToSupervisor>(control_.get(), base::Wait::kYes);
    if (!received) {
      AppendLine(notes_, "control closed");
      control_.Reset();
      kill(-pid, SIGKILL);
    } else if (const auto* gone = std::get_if<wire::ClientGone>(&received->message)) {
      AppendLine(notes_, gone->how == wire::Departure::kLeft ? "gone: left" : "gone: lost");
    } else if (const auto* stream = std::get_if<wire::CloseStream>(&received->message)) {
      AppendLine(notes_, "close: " + std::to_string(static_cast<int>(stream->stream)));
      if (stream->stream == wire::Stream::kStdin) stdin_.Reset();
    } else if (const auto* resize = std::get_if<wire::Resize>(&received->message)) {
      const winsize size{static_cast<unsigned short>(resize->size.rows),
                         static_cast<unsigned short>(resize->size.columns), 0, 0};
      ioctl(master_.get(), TIOCSWINSZ, &size);
    } else if (const auto* signal = std::get_if<wire::SignalRequest>(&received->message)) {
      AppendLine(notes_, "signal: " + signal->name);
    }
  }

  wire::Start start_;
  std::string notes_;
  base::UniqueFd control_;
  base::UniqueFd stdin_;  // a copy: only CloseStream makes an end of file
  base::UniqueFd master_;
  base::UniqueFd terminal_;
  std::vector<base::UniqueFd> session_;
  std::vector<base::UniqueFd> command_;
};

}  // namespace ssh::testing

#endif  // ONEOFF_TESTS_GATEWAY_SSH_FAKE_RUN_H_
