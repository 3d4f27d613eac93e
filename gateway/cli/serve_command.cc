// `oneoff serve`: runs gateway and broker in the foreground, and restarts one that fails.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/child.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/signal_fd.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "gateway/cli/command.h"
#include "gateway/cli/listening.h"
#include "gateway/cli/serve_lock.h"
#include "gateway/installation/in_force.h"

namespace cli {
namespace {

// Without a delay, a program that fails at its start would keep a core busy.
constexpr std::chrono::milliseconds kRestartDelay{200};
// EX_CONFIG (sysexits.h). A restart repairs no configuration, so the units name this status in
// RestartPreventExitStatus.
constexpr int kConfigurationError = 78;

// The two programs and the listening sockets. A restarted gateway gets the same sockets, and
// clients that connected meanwhile wait in their queue. A configuration error of the broker ends
// the service; after any other death the program is restarted.
class Service {
 public:
  Service(std::string root, const base::Clock& clock) : root_(std::move(root)), loop_(clock) {}

  int Run() {
    auto done = WatchSignals();
    if (done) done = Listen();
    if (!done) {
      (void)std::fprintf(stderr, "oneoff: %s\n", done.error().message().c_str());
      return done.error().code() == base::Code::kInvalid ? kConfigurationError : 1;
    }
    Start(broker_);
    Start(gateway_);
    loop_.Run();
    return status_;
  }

 private:
  struct Program {
    const char* name;
    std::vector<std::string> arguments;
    std::vector<base::UniqueFd> sockets;
    base::Child child;
  };

  base::Result<void> WatchSignals() {
    const sigset_t set = base::SignalSet({SIGTERM, SIGINT, SIGHUP, SIGUSR1});
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    auto signals = base::OpenSignalFd(set);
    if (!signals) return base::Fail(std::move(signals.error()));
    signals_ = std::move(*signals);
    loop_.Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
    return {};
  }

  base::Result<void> Listen() {
    const config::Paths paths = config::Paths::Under(root_);
    const auto settings = installation::LoadSettings(paths);
    if (!settings) return base::Fail(settings.error());
    // Before the removal of the files below, which may belong to a service that still runs.
    auto lock = LockForServe(paths);
    if (!lock) return base::Fail(std::move(lock.error()));
    lock_ = std::move(*lock);
    auto sockets = ListenOnConfigured(*settings, [](base::Level, const std::string& line) {
      (void)std::fprintf(stderr, "oneoff: %s\n", line.c_str());
    });
    if (!sockets) return base::Fail(std::move(sockets.error()));
    gateway_.sockets = std::move(*sockets);
    // Files of an earlier service would be taken for this one's.
    std::error_code none;
    for (const char* name : {"listen", "broker.socket", "local.socket"}) {
      std::filesystem::remove(std::filesystem::path(paths.run) / name, none);
    }
    return {};
  }

  // In the new process: passes the sockets by the protocol of sd_listen_fds(3).
  static void PassSockets(const std::vector<base::UniqueFd>& sockets) {
    if (sockets.empty()) return;
    std::vector<int> copies;  // above the targets, so that dup2 overwrites none
    copies.reserve(sockets.size());
    const int first = SD_LISTEN_FDS_START;
    const int above = first + static_cast<int>(sockets.size());
    for (const auto& socket : sockets)
      copies.push_back(fcntl(socket.get(), F_DUPFD_CLOEXEC, above));
    for (std::size_t i = 0; i < copies.size(); ++i) dup2(copies[i], first + static_cast<int>(i));
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread, and about to execute
    setenv("LISTEN_FDS", std::to_string(sockets.size()).c_str(), 1);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
  }

  static std::string Sibling(const char* name) {
    // Not from PATH: a gateway refuses a broker that speaks another version of the wire.
    return std::filesystem::read_symlink("/proc/self/exe").replace_filename(name).string();
  }

  void Start(Program& program) {
    const std::string path = Sibling(program.name);
    std::vector<std::string> words = {path, "--root", root_};
    words.insert(words.end(), program.arguments.begin(), program.arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t parent = getpid();
    auto child = base::Child::Fork([&] {
      sigset_t held;
      sigemptyset(&held);
      sigaddset(&held, SIGUSR1);  // until the program handles it: a drain may signal at once
      pthread_sigmask(SIG_SETMASK, &held, nullptr);
      setpgid(0, 0);  // Ctrl-C reaches only this process, which stops both in order
      // If this process is killed, the next one restarts both programs and takes over the runs.
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) return 70;  // it was killed before prctl(2), so no signal comes
      PassSockets(program.sockets);
      execv(path.c_str(), argv.data());
      std::perror(path.c_str());
      return 127;
    });
    if (!child) {
      (void)std::fprintf(stderr, "oneoff: %s: %s\n", program.name, child.error().message().c_str());
      status_ = 70;
      BeginStop();
      return;
    }
    program.child = std::move(*child);
    loop_.Watch(program.child.pidfd(), POLLIN, [this, &program](short) { OnEnd(program); });
    // A restarted broker does not know yet that the service drains.
    if (draining_) (void)program.child.Signal(SIGUSR1);
  }

  void OnEnd(Program& program) {
    loop_.Unwatch(program.child.pidfd());
    const auto exit = program.child.Wait();
    const int status = exit ? exit->ShellStatus() : 70;
    if (stopping_) {
      StopNext();
      return;
    }
    if (draining_ && &program == &gateway_) return;  // the broker ends when no run is left
    if (draining_ && status == 0) return BeginStop();
    // 127: execv(2) failed, and would fail again.
    if (status == kConfigurationError || status == 127) {
      status_ = status;
      BeginStop();
      return;
    }
    (void)std::fprintf(stderr, "oneoff: %s ended with status %d; starting it again\n", program.name,
                       status);
    loop_.After(kRestartDelay, [this, &program] {
      const bool let_nobody_in = draining_ && &program == &gateway_;
      if (!stopping_ && !let_nobody_in) Start(program);
    });
  }

  void OnSignal() {
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGHUP) {
        if (broker_.child.valid()) (void)broker_.child.Signal(SIGHUP);
      } else if (info.ssi_signo == SIGUSR1 && !draining_) {
        BeginDrain();
      } else {
        BeginStop();
      }
    }
  }

  // Accepts no new connection, and ends when the last session and the last run have ended.
  void BeginDrain() {
    draining_ = true;
    gateway_.sockets.clear();
    for (const Program* program : {&broker_, &gateway_}) {
      if (program->child.valid()) (void)program->child.Signal(SIGUSR1);
    }
  }

  // Stops the gateway first, so that no client connects any more; then the broker ends the runs.
  void BeginStop() {
    if (stopping_) return;
    stopping_ = true;
    StopNext();
  }

  void StopNext() {
    if (gateway_.child.valid()) {
      (void)gateway_.child.Signal(SIGTERM);
    } else if (broker_.child.valid()) {
      (void)broker_.child.Signal(SIGTERM);
    } else {
      loop_.Stop();
    }
  }

  std::string root_;
  base::Loop loop_;
  base::UniqueFd signals_;
  Program broker_{"oneoff-broker", {"--foreground"}, {}, {}};
  Program gateway_{"oneoff-gateway", {}, {}, {}};
  base::UniqueFd lock_;
  bool stopping_ = false;
  bool draining_ = false;
  int status_ = 0;
};

}  // namespace

void AddServe(CLI::App& app, Shared& shared) {
  CLI::App* serve = app.add_subcommand(
      "serve", "Run gateway and broker in the foreground, until SIGTERM or Ctrl-C");
  serve->footer(
      "Everything is below the directory of --root: etc/ (gateway.json, policy.json, people/, "
      "apps/,\n"
      "host_keys/), run/, lib/, log/. It makes a missing host key. When it stops, it ends all "
      "runs.\n"
      "SIGHUP reads the configuration again; SIGUSR1 drains, as `oneoff drain` does.\n\n"
      "Example:\n  oneoff --root /srv/oneoff-try serve");
  serve->callback([&shared] {
    if (shared.root.empty()) {
      (void)std::fprintf(stderr,
                         "oneoff: serve needs --root DIR; the system's service is started by "
                         "systemctl start oneoff-gateway\n");
      shared.status = 64;
      return;
    }
    const base::SystemClock clock;
    shared.status =
        Service(std::filesystem::absolute(shared.root).lexically_normal().string(), clock).Run();
  });
}

}  // namespace cli
