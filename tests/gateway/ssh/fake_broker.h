// FakeBroker: the other side of a gateway under test, in one process each: a broker that forks
// monitors, which let in one key and start whatever they are asked to with /bin/sh.
//
// Commands that begin with "fake:" get an answer of their own: see Desk().
#ifndef ONEOFF_TESTS_GATEWAY_SSH_FAKE_BROKER_H_
#define ONEOFF_TESTS_GATEWAY_SSH_FAKE_BROKER_H_

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/child.h"
#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/seam.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/messages.h"

namespace ssh::testing {

inline void AppendLine(const std::string& file, const std::string& line) {
  const base::UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const std::string text = line + "\n";
  (void)!write(fd.get(), text.data(), text.size());
}

// Forks a process that nobody waits for; it dies with `body`.
inline void Spawn(const std::function<void()>& body) {
  auto child = base::Child::Fork([&] {
    body();
    return 0;
  });
  if (child) child->Detach();
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

struct FakeBrokerFiles {
  std::string run;       // folder of broker.socket
  std::string host_key;  // private
  std::string accepted;  // public: let in
  std::string notes;     // see FakeRun; also "tries: N" where a connection was ended for them
};

class FakeMonitor {
 public:
  // `words` is where the gateway listens.
  FakeMonitor(FakeBrokerFiles files, base::UniqueFd session, base::UniqueFd words)
      : files_(std::move(files)),
        session_(std::move(session)),
        words_(std::move(words)),
        verifier_(ssh_new()) {
    ssh_key key = nullptr;
    ssh_pki_import_privkey_file(files_.host_key.c_str(), nullptr, nullptr, nullptr, &key);
    host_key_.reset(key);
    key = nullptr;
    ssh_pki_import_pubkey_file(files_.accepted.c_str(), &key);
    accepted_.reset(key);
    ssh_string blob = nullptr;
    ssh_pki_export_pubkey_blob(accepted_.get(), &blob);
    accepted_blob_ = BytesOf(OwnedString(blob).get());
  }

  void Run() {
    for (;;) {
      auto received = wire::Receive<wire::FromSession>(session_.get(), base::Wait::kYes);
      if (!received) return;
      if (!std::visit([this](const auto& message) { return Handle(message); }, received->message)) {
        return;
      }
    }
  }

 private:
  bool Handle(const wire::SignExchange& message) {
    if (session_id_.empty()) session_id_ = message.hash;
    return Send(wire::Signature{SignLocally({host_key_.get(), message.algorithm, message.hash})});
  }
  // Every key of "accepted", and for the user "liar" any at all: it is refused when it signs.
  bool Handle(const wire::Probe& message) {
    return Send(wire::Verdict{message.key == accepted_blob_ || message.user == "liar", false});
  }
  bool Handle(const wire::Verify& message) {
    const bool bound = message.data.find(session_id_) == 4;
    const bool good =
        bound && message.key == accepted_blob_ &&
        VerifyLocally({verifier_.get(), accepted_.get(), message.signature, message.data});
    if (!good) ++tries_;
    (void)base::WriteAll(words_.get(), good ? "a" : "f");
    if (tries_ == 3) AppendLine(files_.notes, "tries: 3");
    return Send(wire::Verdict{good, tries_ >= 3});
  }
  // "fake:lost": a supervisor that dies without a word; "fake:denied": an answer; "fake:monitor":
  // this process ends; "fake:late ...": starts after half a second.
  bool Handle(const wire::Start& message) {
    const std::string command = message.command.value_or("");
    if (command == "fake:monitor") return false;
    if (command == "fake:denied") {
      return Send(wire::Answer{message.channel, 77, "what was asked\n", "oneoff: denied\n"});
    }
    wire::Start start = message;
    const bool late = command.starts_with("fake:late ");
    if (late) start.command = command.substr(10);
    Spawn([&] {
      if (late) poll(nullptr, 0, 500);
      FakeRun run(start, files_.notes);
      (void)wire::Send(session_.get(),
                       wire::Started{start.channel, "abcdefgh", start.pty.has_value()},
                       run.SessionFds());
      session_.Reset();
      if (command != "fake:lost") run.Supervise();
    });
    return true;
  }
  template <class Message>
  bool Send(const Message& message) {
    return wire::Send(session_.get(), message).has_value();
  }

  FakeBrokerFiles files_;
  base::UniqueFd session_;
  base::UniqueFd words_;
  OwnedSession verifier_;
  OwnedKey host_key_;
  OwnedKey accepted_;
  std::string accepted_blob_;
  std::string session_id_;
  int tries_ = 0;
};

// Serves until it is killed.
inline int RunFakeBroker(const FakeBrokerFiles& files) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_IGN);
  const std::string path = files.run + "/broker.socket";
  unlink(path.c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const base::UniqueFd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return 1;
  }
  chmod(path.c_str(), 0777);
  listen(listener.get(), 4);
  for (;;) {
    const base::UniqueFd gateway(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    for (;;) {
      auto received = wire::Receive<wire::FromGateway>(gateway.get(), base::Wait::kYes);
      if (!received) break;
      if (std::holds_alternative<wire::Hello>(received->message)) {
        (void)wire::Send(gateway.get(), wire::Hello{});
        continue;
      }
      if (std::holds_alternative<wire::Refused>(received->message)) continue;
      Spawn([&] {
        signal(SIGCHLD, SIG_DFL);
        FakeMonitor(files, std::move(received->fds.at(0)), std::move(received->fds.at(1))).Run();
      });
    }
  }
}

}  // namespace ssh::testing

#endif  // ONEOFF_TESTS_GATEWAY_SSH_FAKE_BROKER_H_
