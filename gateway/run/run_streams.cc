#include "gateway/run/run_streams.h"

#include <chrono>
#include <utility>

#include "gateway/run/pty.h"

namespace run {
namespace {

// Time for output that is still inside the terminal.
constexpr std::chrono::milliseconds kLastOutput{200};

}  // namespace

RunStreams::RunStreams(base::Loop& loop, Streams streams, record::Writer* recording, OutputLog* log,
                       bool remember, Hooks hooks)
    : loop_(loop), recording_(recording), hooks_(std::move(hooks)) {
  if (!streams.master) {
    ConnectPipes(std::move(streams), log, remember);
    return;
  }
  relay_.emplace(loop_, std::move(streams.master), std::move(streams.terminal), recording_,
                 PtyRelay::Hooks{[this] { hooks_.on_bytes(); }, [this] { hooks_.on_change(); },
                                 [this] { hooks_.on_change(); }});
}

void RunStreams::ConnectPipes(Streams s, OutputLog* log, bool remember) {
  using record::Stream;
  const OutputRelay::Hooks hooks{[this] { hooks_.on_bytes(); }, [this] { hooks_.on_change(); }};
  OutputRelay::Terms terms{.recording = recording_, .log = log, .remember = remember};
  out_.emplace(loop_, std::move(s.out), std::move(s.client_out), terms, hooks);
  terms.stream = Stream::kStderr;
  terms.said = s.greeted;
  err_.emplace(loop_, std::move(s.err), std::move(s.client_err), terms, hooks);
  if (!s.client_in) {
    input_ = std::move(s.in);
    return;
  }
  in_.emplace(loop_, std::move(s.client_in), std::move(s.in), recording_,
              [this] { hooks_.on_bytes(); });
}

pid_t RunStreams::Foreground() const {
  return relay_ && !relay_->done() ? ForegroundGroup(relay_->master()) : 0;
}

wire::OutputFrom RunStreams::Attach(
    std::vector<base::UniqueFd> fds, const wire::OutputFrom& from,
    const std::function<std::string(const wire::OutputFrom&)>& line) {
  if (relay_) {
    relay_->Attach(std::move(fds.at(0)));
    return {};
  }
  wire::OutputFrom at = from;
  at.place = wire::OutputFrom::Place::kExact;
  if (from.place == wire::OutputFrom::Place::kConfirmed) {
    at.out = out_->confirmed();
    at.err = err_->confirmed();
  }
  at.out = out_->Clamp(at.out);
  at.err = err_->Clamp(at.err);
  out_->Attach(std::move(fds.at(0)), at.out, "");
  err_->Attach(std::move(fds.at(1)), at.err, line(at));
  return at;
}

void RunStreams::Detach() {
  if (relay_) relay_->Discard();
  if (out_) out_->Detach();
  if (err_) err_->Detach();
}

void RunStreams::Preserve() {
  if (out_) out_->Preserve();
  if (err_) err_->Preserve();
}

void RunStreams::Discard() {
  if (relay_) relay_->Discard();
  if (out_) out_->Discard();
  if (err_) err_->Discard();
}

wire::OutputFrom RunStreams::Kept() const {
  if (relay_) return {};
  return {.place = wire::OutputFrom::Place::kExact, .out = out_->kept(), .err = err_->kept()};
}

void RunStreams::Resize(wire::WindowSize size) {
  if (!relay_ || relay_->done()) return;
  SetWindowSize(relay_->master(), size);
  if (recording_ != nullptr) recording_->Resize(size.columns, size.rows);
}

void RunStreams::Close(wire::Stream stream) {
  switch (stream) {
    case wire::Stream::kStdin:
      input_ended_ = true;
      input_.Reset();
      if (in_) in_->MayEnd();
      break;
    case wire::Stream::kStdout:
      if (out_) out_->CloseSource();
      break;
    case wire::Stream::kStderr:
      if (err_) err_->CloseSource();
      break;
  }
}

void RunStreams::Confirm(const wire::Confirmed& taken) {
  if (out_) out_->Confirm(taken.out);
  if (err_) err_->Confirm(taken.err);
}

bool RunStreams::HasPartOfInput() const { return in_ && !input_ended_ && in_->HasMoved(); }

void RunStreams::Say(const std::string& line) {
  // A terminal in raw mode does not turn LF into CR LF.
  if (relay_) relay_->Say("\r\n" + line + "\r\n");
  if (err_) err_->Say(line + "\n");
}

void RunStreams::Resume() {
  if (relay_) relay_->Resume();
  if (in_) in_->Resume();
  if (out_) out_->Resume();
  if (err_) err_->Resume();
}

void RunStreams::CommandEnded() {
  if (relay_) relay_->CommandEnded();
  if (out_) out_->Mark();
  if (err_) err_->Mark();
}

void RunStreams::TreeGone() {
  if (out_) out_->EndWhenSilent();
  if (err_) err_->EndWhenSilent();
  // A terminal that a process outside the tree holds open never ends by itself.
  if (relay_) loop_.After(kLastOutput, [this] { relay_->EndWhenSilent(); });
}

bool RunStreams::HasPassedMark() const {
  if (relay_ && recording_ != nullptr && recording_->blocked()) return false;
  if (relay_) return relay_->HasPassedMark();
  return out_->HasPassedMark() && err_->HasPassedMark();
}

bool RunStreams::done() const { return relay_ ? relay_->done() : out_->done() && err_->done(); }

}  // namespace run
