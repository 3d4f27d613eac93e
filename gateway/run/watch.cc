#include "gateway/run/watch.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "gateway/wire/codec.h"
#include "release/refusal.h"

namespace run {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr int kAtOnce = 64;                      // outputs, until others have their turn
constexpr std::string_view kLeave = "\x03\x04";  // Ctrl-C, Ctrl-D
// What a program may have left of a terminal: modes of mouse, paste and cursor, and colours.
constexpr std::string_view kRestore =
    "\x1b[!p\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[0m";
constexpr std::string_view kLeaveAlternateScreen = "\x1b[?1049l";

std::string WithReturns(std::string_view text) {
  std::string lines;
  for (const char c : text) {
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

std::string HowItEnded(const base::Result<RunState>& state) {
  if (!state || !state->ending) return "its supervisor is lost";
  const Ending& ending = *state->ending;
  if (ending.how == How::kExited) return fmt::format("exited with {}", ending.status);
  if (ending.how == How::kSignalled) return fmt::format("killed by signal {}", ending.signal);
  return std::string(NameOf(ending.how));
}

}  // namespace

Watch::Watch(const authz::WatchGrant& grant, Watching watching, const WatchBounds& bounds,
             const base::Clock& clock)
    : watching_(std::move(watching)),
      bounds_(bounds),
      clock_(clock),
      loop_(clock),
      moved_(clock.Monotonic()),
      on_terminal_(watching_.terminal.valid()),
      first_line_(watching_.follower.cut()) {
  sinks_[0].fd = std::move(on_terminal_ ? watching_.terminal : watching_.out);
  sinks_[1].fd = std::move(watching_.err);
  const record::About& about = watching_.follower.about();
  const std::string line = fmt::format(
      "oneoff: watching {} of {}{}: {}; Ctrl-C leaves\n", watching_.label, grant.person(),
      about.terminal ? fmt::format(" ({}x{})", about.columns, about.rows) : "",
      base::Escape(about.command, 200));
  (on_terminal_ ? sinks_[0] : sinks_[1]).rest = on_terminal_ ? WithReturns(line) : line;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  signals_.Reset(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::vector<int> Watch::fds() const {
  std::vector<int> fds = watching_.follower.fds();
  for (const int fd : {watching_.view.fd(), watching_.control.get(), watching_.place.get(),
                       signals_.get(), sinks_[0].fd.get(), sinks_[1].fd.get()}) {
    fds.push_back(fd);
  }
  return fds;
}

void Watch::Run() {
  WatchSession();
  loop_.Watch(watching_.follower.grown(), POLLIN, [this](short) {
    watching_.follower.Acknowledge();
    Move();
  });
  loop_.Watch(signals_.get(), POLLIN, [this](short) {
    Drop(release::kStopped, "ended because the service is being stopped");
  });
  Tick();
  loop_.Run();
}

void Watch::WatchSession() {
  loop_.Watch(watching_.control.get(), POLLIN, [this](short) { OnControl(); });
  loop_.Watch(sinks_[0].fd.get(), on_terminal_ ? POLLIN : 0, [this](short ready) {
    if (on_terminal_ && (ready & (POLLIN | POLLHUP | POLLERR)) != 0) OnInput();
    Move();
  });
  if (!on_terminal_) loop_.Watch(sinks_[1].fd.get(), 0, [this](short) { Move(); });
}

void Watch::OnControl() {
  const auto received = wire::Receive<wire::ToSupervisor>(watching_.control.get(), base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (!received || std::holds_alternative<wire::ClientGone>(received->message)) {
    loop_.Stop();
    return;
  }
  const auto* const closed = std::get_if<wire::CloseStream>(&received->message);
  if (closed != nullptr && closed->stream == wire::Stream::kStdout) loop_.Stop();
}

void Watch::OnInput() {
  std::array<char, 1024> typed{};
  const ssize_t n = read(sinks_[0].fd.get(), typed.data(), typed.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    loop_.Stop();
    return;
  }
  const std::string_view bytes(typed.data(), static_cast<std::size_t>(n));
  if (bytes.find_first_of(kLeave) != std::string_view::npos) {
    Finish(0, fmt::format("oneoff: no longer watching {}", watching_.label));
  }
}

// The end of a run that prints nothing more is found so, and a watcher who takes nothing.
void Watch::Tick() {
  Move();
  const bool waits = std::any_of(sinks_.begin(), sinks_.end(),
                                 [](const Sink& sink) { return !sink.rest.empty(); });
  if (!waits) moved_ = clock_.Monotonic();
  if (waits && clock_.Monotonic() - moved_ > bounds_.patience) {
    Drop(release::kBusy,
         fmt::format("you are dropped: nothing was taken for {} ms", bounds_.patience.count()));
  } else if (waits && watching_.follower.behind() > bounds_.behind) {
    Drop(release::kBusy, fmt::format("you are dropped: more than {} bytes behind", bounds_.behind));
  }
  loop_.After(std::min(kTick, std::max(bounds_.patience / 4, std::chrono::milliseconds(1))),
              [this] { Tick(); });
}

void Watch::Move() {
  for (int i = 0; i < kAtOnce; ++i) {
    if (!Flush() || !MoveOne()) return;
  }
  loop_.Cancel(again_);
  again_ = loop_.After(std::chrono::milliseconds(0), [this] { Move(); });
}

// Whether there may be more.
bool Watch::MoveOne() {
  if (end_) {
    Tell();
    return false;
  }
  // In this order: what it printed before it ended is read after.
  const bool over = !watching_.view.supervised();
  const auto output = watching_.follower.Next();
  if (!output) {
    Finish(release::kLost, fmt::format("oneoff: watch: {}: its recording cannot be read: {}",
                                       watching_.label, output.error().message()));
    return true;
  }
  if (*output) {
    Deliver(**output);
  } else if (over) {
    FinishWithRun();
  }
  return *output || over;
}

Watch::Sink& Watch::SinkOf(record::Stream stream) {
  return sinks_.at(!on_terminal_ && stream == record::Stream::kStderr ? 1 : 0);
}

void Watch::Deliver(const record::Output& output) {
  std::string_view bytes = output.bytes;
  if (first_line_) {
    const std::size_t end = bytes.find('\n');
    first_line_ = false;
    bytes.remove_prefix(end == std::string_view::npos ? 0 : end + 1);
  }
  std::string shown = queries_.at(static_cast<std::size_t>(output.stream)).Without(bytes);
  if (on_terminal_ && output.stream != record::Stream::kTerminal) shown = WithReturns(shown);
  SinkOf(output.stream).rest += shown;
}

// Whether nothing is left of what was delivered before.
bool Watch::Flush() {
  bool empty = true;
  for (Sink& sink : sinks_) {
    std::size_t written = 0;
    while (written < sink.rest.size()) {
      const ssize_t n =
          write(sink.fd.get(), sink.rest.data() + written, sink.rest.size() - written);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno != EAGAIN) {  // nobody reads it
        loop_.Stop();
        return false;
      }
      if (n < 0) break;
      written += static_cast<std::size_t>(n);
    }
    if (written > 0) moved_ = clock_.Monotonic();
    sink.rest.erase(0, written);
    if (!sink.fd) continue;
    const bool input = on_terminal_ && &sink == &sinks_[0];
    loop_.Rearm(sink.fd.get(),
                static_cast<short>((input ? POLLIN : 0) | (sink.rest.empty() ? 0 : POLLOUT)));
    empty &= sink.rest.empty();
  }
  return empty;
}

void Watch::FinishWithRun() {
  const auto state = watching_.view.Read();
  Finish(0, fmt::format("oneoff: {} has ended: {}", watching_.label, HowItEnded(state)));
}

// What was delivered is still written, and then the end is told.
void Watch::Finish(int status, std::string text) {
  if (end_) return;
  const auto& queries = queries_.at(static_cast<std::size_t>(record::Stream::kTerminal));
  if (on_terminal_ && watching_.follower.about().terminal) {
    if (queries.alternate_screen()) sinks_[0].rest += kLeaveAlternateScreen;
    sinks_[0].rest.append(kRestore).append("\r\n");
  }
  end_ = wire::Ended{status, std::move(text)};
}

void Watch::Drop(int status, const std::string& text) {
  for (Sink& sink : sinks_) sink.rest.clear();
  end_ = wire::Ended{status, fmt::format("oneoff: watch: {}: {}", watching_.label, text)};
  Tell();
}

void Watch::Tell() {
  for (Sink& sink : sinks_) {
    if (sink.fd) loop_.Unwatch(sink.fd.get());
    sink.fd.Reset();  // the session reads its end of file
  }
  (void)wire::Send(watching_.control.get(), *end_);
  loop_.Stop();
}

}  // namespace run
