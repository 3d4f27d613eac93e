#include "gateway/run/recorder.h"

#include <fmt/format.h>

#include <utility>

namespace run {
namespace {

// The broker notes each such state in the audit log, so this bounds what a run adds to it.
constexpr std::chrono::milliseconds kProgressEvery{5000};
constexpr std::chrono::milliseconds kRetryEvery{200};

}  // namespace

std::string SpokenSize(std::uint64_t bytes) {
  constexpr std::uint64_t kMi = 1UL << 20;
  return bytes % kMi == 0 ? fmt::format("{} MiB", bytes / kMi) : fmt::format("{} bytes", bytes);
}

Recorder::Recorder(base::Loop& loop, const base::Clock& clock, std::optional<record::Writer> writer,
                   std::chrono::milliseconds pause_limit, Hooks hooks)
    : loop_(loop),
      clock_(clock),
      writer_(std::move(writer)),
      pause_limit_(pause_limit),
      hooks_(std::move(hooks)) {}

Recorder::~Recorder() {
  loop_.Cancel(progress_);
  loop_.Cancel(retry_);
}

void Recorder::Look() {
  if (!writer_) return;
  LookAtBound();
  if (writer_->blocked()) {
    if (retry_ == 0) Pause();
    return;
  }
  // Only while the recording grows: a silent run needs no wake-ups.
  if (progress_ != 0 || !writer_->has_grown()) return;
  progress_ = loop_.After(kProgressEvery, [this] {
    progress_ = 0;
    if (!writer_->blocked()) writer_->WriteState(record::State::Phase::kRecording);
  });
}

void Recorder::LookAtBound() {
  if (!warned_ && writer_->nearly_full()) {
    warned_ = true;
    writer_->Note("nearly_full");
    writer_->SetRemark(fmt::format("three quarters of {} bytes are written", writer_->most()));
    writer_->WriteState(record::State::Phase::kRecording);
    hooks_.on_warning(fmt::format("its recording has reached three quarters of its bound of {}",
                                  SpokenSize(writer_->most())));
  }
  if (full_ || !writer_->full()) return;
  full_ = true;
  writer_->Note("full");
  writer_->SetRemark(fmt::format("full: its bound of {} bytes is reached", writer_->most()));
  writer_->WriteState(record::State::Phase::kRecording);
  hooks_.on_full();
}

void Recorder::Note(std::string_view event, std::string_view fields) {
  if (!writer_) return;
  writer_->Note(event, fields);
  Look();
}

void Recorder::Pause() {
  // The state file has reserved room, so this write succeeds on a full disk, and the broker learns
  // of the pause.
  writer_->WriteState(record::State::Phase::kPaused);
  writer_->Note("paused");
  paused_since_ = clock_.Monotonic();
  hooks_.on_warning(
      fmt::format("paused: its recording cannot be written: {}; without room it is "
                  "ended in {} s",
                  writer_->cause(), std::chrono::ceil<std::chrono::seconds>(pause_limit_).count()));
  retry_ = loop_.After(kRetryEvery, [this] { Retry(); });
}

void Recorder::Retry() {
  retry_ = 0;
  if (writer_->Flush()) {
    writer_->Note("resumed");
    writer_->WriteState(record::State::Phase::kRecording);
    hooks_.on_resumed();
  } else if (clock_.Monotonic() - paused_since_ >= pause_limit_) {
    failure_ = writer_->cause();
    GiveUp();
    hooks_.on_expired();
  } else {
    retry_ = loop_.After(kRetryEvery, [this] { Retry(); });
  }
}

void Recorder::GiveUp() {
  loop_.Cancel(std::exchange(retry_, 0));
  if (writer_) writer_->GiveUp();
}

Recorded Recorder::End() {
  using record::Stream;
  if (!writer_) return {};
  Recorded recorded;
  recorded.input_bytes = writer_->passed(Stream::kStdin) + writer_->passed(Stream::kTerminalIn);
  recorded.terminal_bytes = writer_->passed(Stream::kTerminal);
  recorded.stdout_bytes = writer_->passed(Stream::kStdout);
  recorded.stderr_bytes = writer_->passed(Stream::kStderr);
  recorded.digest = writer_->End();
  return recorded;
}

}  // namespace run
