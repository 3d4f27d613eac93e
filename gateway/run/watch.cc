#include "gateway/run/watch.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/wire/transport.h"
#include "release/refusal.h"

namespace run {
namespace {

constexpr std::chrono::milliseconds kLook{50};   // for new output and for the run's end
constexpr int kAtOnce = 64;                      // outputs, before others get their turn
constexpr std::string_view kLeave = "\x03\x04";  // Ctrl-C, Ctrl-D
// Cancels an unfinished escape sequence (CAN), then resets what a program may have left set: modes,
// margins, colours.
constexpr std::string_view kRestore = "\x18\x1b[!p\x1b[?5;69l\x1b[?7;25h\x1b[0m";
constexpr std::string_view kLeaveAlternateScreen = "\x1b[?1049l";

}  // namespace

Watch::Watch(const authz::WatchGrant& grant, Watching watching, const WatchBounds& bounds,
             const base::Clock& clock)
    : watching_(std::move(watching)),
      bounds_(bounds),
      clock_(clock),
      loop_(clock),
      moved_(clock.Monotonic()),
      on_terminal_(watching_.terminal.valid()),
      person_(grant.person()) {
  sinks_[0].fd = std::move(on_terminal_ ? watching_.terminal : watching_.out);
  sinks_[1].fd = std::move(watching_.err);
}

std::vector<int> Watch::fds() const {
  std::vector<int> fds = watching_.follower.fds();
  for (const int fd : {watching_.view.fd(), watching_.control.get(), watching_.place.get(),
                       watching_.signals.get(), sinks_[0].fd.get(), sinks_[1].fd.get()}) {
    fds.push_back(fd);
  }
  return fds;
}

void Watch::Run() {
  WatchSession();
  loop_.Watch(watching_.signals.get(), POLLIN, [this](short) {
    Drop(release::kStopped, "ended because the service is being stopped");
  });
  Begin();
  Tick();
  loop_.Run();
}

void Watch::Begin() {
  if (auto started = watching_.follower.Start(kWatchHistory); !started) {
    return Finish(release::kLost, fmt::format("oneoff: watch: {}: its recording cannot be read: {}",
                                              watching_.label, started.error().message()));
  }
  const record::About& about = watching_.follower.about();
  const std::string line =
      fmt::format("oneoff: watching {} of {}{}: {}; Ctrl-C leaves\n", watching_.label, person_,
                  about.terminal ? fmt::format(" ({}x{})", about.columns, about.rows) : "",
                  base::Escape(about.command, 200));
  if (on_terminal_) {
    sinks_[0].rest = base::WithCarriageReturns(line);
  } else {
    sinks_[1].rest = line;
  }
  for (std::size_t i = 0; i < cut_.size(); ++i) {
    cut_.at(i) = watching_.follower.cut(static_cast<record::Stream>(i));
  }
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
  if (closed != nullptr && closed->stream == wire::Stream::kStdout) Leave();
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

// Polls for the end of a silent run, and for a watcher that reads nothing.
void Watch::Tick() {
  Move();
  const bool waits = std::any_of(sinks_.begin(), sinks_.end(),
                                 [](const Sink& sink) { return !sink.rest.empty(); });
  if (!waits) moved_ = clock_.Monotonic();
  if (waits && clock_.Monotonic() - moved_ > bounds_.patience) {
    Drop(release::kBusy,
         fmt::format("you are dropped: you read nothing for {} ms", bounds_.patience.count()));
  } else if (waits && watching_.follower.behind() > bounds_.behind) {
    Drop(release::kBusy, fmt::format("you are dropped: more than {} bytes behind", bounds_.behind));
  }
  loop_.After(std::min(kLook, bounds_.patience), [this] { Tick(); });
}

void Watch::Move() {
  for (int i = 0; i < kAtOnce; ++i) {
    if (!Flush() || !MoveOne()) return;
  }
  loop_.Cancel(again_);
  again_ = loop_.After(std::chrono::milliseconds(0), [this] { Move(); });
}

// Returns whether there may be more output.
bool Watch::MoveOne() {
  if (end_) {
    Tell();
    return false;
  }
  // In this order: a run writes its output before its supervisor ends.
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
  const auto stream = static_cast<std::size_t>(output.stream);
  if (cut_.at(stream)) {  // skip to the next line or escape sequence
    // The history may begin inside a character or an escape sequence, which would be shown as
    // rubbish.
    const std::size_t next = bytes.find_first_of("\n\x1b");
    if (next == std::string_view::npos) return;
    bytes.remove_prefix(bytes[next] == '\n' ? next + 1 : next);
    cut_.at(stream) = false;
  }
  // What a run prints is not the watcher's: a query would make the watcher's terminal type its
  // answer.
  std::string shown = queries_.at(stream).Without(bytes);
  if (on_terminal_ && output.stream != record::Stream::kTerminal) {
    shown = base::WithCarriageReturns(shown);
  }
  SinkOf(output.stream).rest += shown;
}

// Returns whether the reader is still there.
bool Watch::WriteOut(Sink& sink) {
  const auto written = base::WriteSome(sink.fd.get(), sink.rest);
  if (!written) return false;
  if (*written > 0) moved_ = clock_.Monotonic();
  sink.rest.erase(0, *written);
  return true;
}

// Returns whether all delivered output is written.
bool Watch::Flush() {
  bool empty = true;
  for (Sink& sink : sinks_) {
    if (!WriteOut(sink)) {
      Leave();
      return false;
    }
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
  std::string text = fmt::format(
      "oneoff: {} has ended: {}", watching_.label,
      state && state->ending ? DescribeEnding(*state->ending) : "its supervisor is lost");
  if (state && state->ending && state->ending->recorded) {
    const Recorded& all = *state->ending->recorded;
    const std::uint64_t passed = all.terminal_bytes + all.stdout_bytes + all.stderr_bytes;
    if (const std::uint64_t kept = watching_.follower.recorded(); passed > kept) {
      text +=
          fmt::format("; {} bytes of its output were not kept, and are not shown", passed - kept);
    }
  }
  Finish(0, text);
}

// Resets the watcher's terminal and appends `text` as the last line.
std::string Watch::Restored(const std::string& text) const {
  if (!on_terminal_ || !watching_.follower.about().terminal) return text;
  const auto& queries = queries_.at(static_cast<std::size_t>(record::Stream::kTerminal));
  return fmt::format("{}{}\n{}", kRestore, queries.alternate_screen() ? kLeaveAlternateScreen : "",
                     text);
}

// Delivered output is still written before the end is sent.
void Watch::Finish(int status, const std::string& text) {
  if (!end_) end_ = wire::Ended{status, Restored(text)};
}

void Watch::Drop(int status, const std::string& text) {
  for (Sink& sink : sinks_) sink.rest.clear();
  end_ = wire::Ended{status, Restored(fmt::format("oneoff: watch: {}: {}", watching_.label, text))};
  Tell();
}

// The watcher stopped reading.
void Watch::Leave() {
  for (Sink& sink : sinks_) sink.rest.clear();
  end_ = wire::Ended{0, ""};
  Tell();
}

void Watch::Tell() {
  for (Sink& sink : sinks_) {
    if (sink.fd) loop_.Unwatch(sink.fd.get());
    sink.fd.Reset();  // the session reads end of file
  }
  (void)wire::Send(watching_.control.get(), *end_);
  loop_.Stop();
}

}  // namespace run
