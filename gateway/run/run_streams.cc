#include "gateway/run/run_streams.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "gateway/run/pty.h"

namespace run {
namespace {

// Time for output that is still inside the terminal.
constexpr std::chrono::milliseconds kLastOutput{200};

}  // namespace

RunStreams::RunStreams(base::Loop& loop, Streams streams, record::Writer* recording, OutputLog* log,
                       Hooks hooks)
    : loop_(loop), recording_(recording), hooks_(std::move(hooks)) {
  if (!streams.master) {
    ConnectPipes(std::move(streams), log);
    return;
  }
  relay_.emplace(loop_, std::move(streams.master), std::move(streams.terminal), recording_,
                 PtyRelay::Hooks{[this] { hooks_.on_bytes(); }, [this] { hooks_.on_change(); },
                                 [this] { hooks_.on_change(); }});
}

void RunStreams::ConnectPipes(Streams s, OutputLog* log) {
  using record::Stream;
  const OutputRelay::Hooks hooks{[this] { hooks_.on_bytes(); }, [this] { hooks_.on_change(); }};
  OutputRelay::Terms terms{.recording = recording_, .log = log};
  out_.emplace(loop_, std::move(s.out), std::move(s.client_out), terms, hooks);
  terms.stream = Stream::kStderr;
  terms.said = s.greeted;
  err_.emplace(loop_, std::move(s.err), std::move(s.client_err), terms, hooks);
  if (!s.client_in) return;
  in_.emplace(loop_, std::move(s.client_in), std::move(s.in), recording_,
              [this] { hooks_.on_bytes(); });
}

pid_t RunStreams::Foreground() const {
  return relay_ && !relay_->done() ? ForegroundGroup(relay_->master()) : 0;
}

void RunStreams::Attach(std::vector<base::UniqueFd> fds, const wire::OutputFrom& from,
                        const std::string& label) {
  if (relay_) return relay_->Attach(std::move(fds.at(0)));
  const bool confirmed = from.place == wire::OutputFrom::Place::kConfirmed;
  const std::uint64_t out = out_->Clamp(confirmed ? out_->confirmed() : from.out);
  const std::uint64_t err = err_->Clamp(confirmed ? err_->confirmed() : from.err);
  out_->Attach(std::move(fds.at(0)), out, "");
  err_->Attach(
      std::move(fds.at(1)), err,
      fmt::format("oneoff: {}: stdout goes on at byte {}, stderr at byte {}\n", label, out, err));
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

void RunStreams::Resize(wire::WindowSize size) {
  if (!relay_ || relay_->done()) return;
  SetWindowSize(relay_->master(), size);
  if (recording_ != nullptr) recording_->Resize(size.columns, size.rows);
}

void RunStreams::Close(wire::Stream stream) {
  switch (stream) {
    case wire::Stream::kStdin:
      input_ended_ = true;
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
