#include "gateway/run/output_relay.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "base/file.h"

namespace run {
namespace {

constexpr std::size_t kChunk = 64UL * 1024;  // bytes that are copied in one step
constexpr int kRounds = 16;  // chunks of one stream before the other streams get their turn
// Lines of the gateway that are remembered until the client confirms them.
constexpr std::size_t kMostLines = 100;

bool WouldBlock() { return errno == EAGAIN || errno == EINTR; }

std::size_t BytesIn(int pipe) {
  int bytes = 0;
  return ioctl(pipe, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

}  // namespace

OutputRelay::OutputRelay(base::Loop& loop, base::UniqueFd source, base::UniqueFd sink,
                         const Terms& terms, Hooks hooks)
    : loop_(loop), source_(std::move(source)), terms_(terms), hooks_(std::move(hooks)) {
  // The command's end stays blocking: most programs do not expect EAGAIN on stdout.
  (void)base::SetNonBlocking(source_.get());
  loop_.Watch(source_.get(), POLLIN, [this](short) { Move(); });
  if (!sink) {
    BeginLog();
    return;
  }
  TakeSink(std::move(sink));
  if (terms_.said > 0) lines_.push_back({0, terms_.said});
  delivered_ = terms_.said;
}

OutputRelay::~OutputRelay() {
  if (source_) loop_.Unwatch(source_.get());
  CloseSink();
}

// The relay delivers no byte that the recording wants and cannot take.
bool OutputRelay::IsHeldUp() const {
  return terms_.recording != nullptr && terms_.recording->blocked() &&
         (!rest_.empty() || terms_.recording->Wants(terms_.stream) > 0);
}

void OutputRelay::Move() {
  for (int round = 0; round < kRounds && !done_; ++round) {
    if (!FlushRest() || sink_gone_ || IsHeldUp() || MoveSome() == Moved::kNothing) break;
  }
  FinishIfDone();
  if (!done_) Rearm();
}

OutputRelay::Moved OutputRelay::MoveSome() {
  if (HasBacklog()) {
    FetchFromLog();
    // The client is behind: the command waits for it, as for any slow client.
    if (!rest_.empty() || HasBacklog()) return Moved::kSome;
  }
  if (!source_) return Moved::kNothing;
  return Take();
}

OutputRelay::Moved OutputRelay::Take() {
  // Not on the stack: -fstack-clash-protection would touch each page of it, in the supervisor of
  // each run.
  thread_local std::array<char, kChunk> buffer;
  const ssize_t n = ::read(source_.get(), buffer.data(), buffer.size());
  if (n < 0 && WouldBlock()) return OnNothing();
  if (n <= 0) {
    EndOfSource();
    return Moved::kNothing;
  }
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
  if (terms_.recording != nullptr) terms_.recording->Append(terms_.stream, bytes);
  if (!discard_) Keep(bytes);
  read_ += bytes.size();
  OnMoved(bytes.size());
  return Moved::kSome;
}

void OutputRelay::Keep(std::string_view bytes) {
  if (logging_) {
    terms_.log->Append(terms_.stream, bytes);
    // A client that has all of the log gets new bytes at once, even if the log cannot keep them.
    if (sink_ && log_at_ == read_) {
      rest_ = bytes;
      log_at_ += bytes.size();
    }
    return;
  }
  if (sink_) rest_ = bytes;
  // If the client confirms nothing for kMostRecent bytes, the oldest are lost to the next client.
  recent_.Add(bytes);
}

void OutputRelay::FetchFromLog() {
  auto bytes = terms_.log->Read(terms_.stream, log_at_, kChunk);
  // Bytes that cannot be read back are lost. The client's positions move with them.
  if (!bytes || bytes->empty()) {
    began_ += read_ - log_at_;
    log_at_ = read_;
    return;
  }
  log_at_ += bytes->size();
  rest_ = std::move(*bytes);
}

OutputRelay::Moved OutputRelay::OnNothing() {
  marked_ = 0;
  if (end_when_silent_) EndOfSource();
  return Moved::kNothing;
}

void OutputRelay::OnMoved(std::size_t bytes) {
  marked_ -= std::min(marked_, bytes);
  hooks_.on_bytes();
}

// Returns whether all bytes for the sink are written.
bool OutputRelay::FlushRest() {
  if (rest_.empty()) return true;
  if (IsHeldUp()) return false;
  const auto written = base::WriteSome(sink_.get(), rest_);
  if (!written) {
    OnSinkGone();
    return true;
  }
  delivered_ += *written;
  rest_.erase(0, *written);
  // The supervisor may wait for the last of these bytes.
  if (rest_.empty()) hooks_.on_bytes();
  return rest_.empty();
}

// The control socket will say why. Either the client closed this stream, and the command gets
// EPIPE, or the client has gone. The relay reads nothing until then.
void OutputRelay::OnSinkGone() {
  rest_.clear();
  CloseSink();
  sink_gone_ = true;
}

void OutputRelay::CloseSink() {
  if (sink_) loop_.Unwatch(sink_.get());
  sink_.Reset();
}

void OutputRelay::Say(const std::string& line) {
  if (!sink_ || line.empty() || line.size() > PIPE_BUF || !rest_.empty()) return;
  // Confirm would count a line that is not in lines_ as the command's output.
  if (lines_.size() >= kMostLines || write(sink_.get(), line.data(), line.size()) < 0) return;
  lines_.push_back({delivered_, line.size()});
  delivered_ += line.size();
}

void OutputRelay::Confirm(std::uint64_t taken) {
  if (taken > delivered_) return;  // the session cannot have taken more
  std::uint64_t own = 0;           // bytes of the gateway's lines among them
  for (const Said& line : lines_) {
    if (line.at < taken) own += std::min<std::uint64_t>(line.size, taken - line.at);
  }
  const std::uint64_t position = began_ + taken - own;
  if (position <= confirmed_ || position > read_) return;
  confirmed_ = position;
  if (logging_) return;
  const std::uint64_t first = read_ - recent_.size();
  if (confirmed_ > first) recent_.Forget(static_cast<std::size_t>(confirmed_ - first));
}

void OutputRelay::Detach() {
  CloseSink();
  rest_.clear();
  sink_gone_ = false;
  BeginLog();
  if (source_) Move();
  FinishIfDone();
}

// Without a log, the newest bytes stay in recent_.
void OutputRelay::BeginLog() {
  if (logging_ || discard_ || terms_.log == nullptr) return;
  logging_ = true;
  const std::uint64_t first = std::max(read_ - recent_.size(), confirmed_);
  terms_.log->StartAt(terms_.stream, first);
  if (first < read_) {
    terms_.log->Append(terms_.stream, recent_.Newest(static_cast<std::size_t>(read_ - first)));
  }
  recent_.Clear();
}

void OutputRelay::TakeSink(base::UniqueFd sink) {
  sink_ = std::move(sink);
  (void)base::SetNonBlocking(sink_.get());
  loop_.Watch(sink_.get(), 0, [this](short) { Move(); });
}

std::uint64_t OutputRelay::Clamp(std::uint64_t position) const {
  return std::clamp(position, kept(), read_);
}

void OutputRelay::Attach(base::UniqueFd sink, std::uint64_t position, const std::string& line) {
  CloseSink();
  sink_gone_ = false;
  done_ = false;  // the new client has not got what is kept
  TakeSink(std::move(sink));
  lines_.clear();
  delivered_ = 0;
  rest_.clear();
  Say(line);
  began_ = Clamp(position);
  confirmed_ = began_;
  log_at_ = began_;
  rest_ = logging_ ? "" : recent_.Newest(static_cast<std::size_t>(read_ - began_));
  Move();
}

std::uint64_t OutputRelay::kept() const {
  return logging_ ? terms_.log->begin(terms_.stream) : read_ - recent_.size();
}

void OutputRelay::Discard() {
  discard_ = true;
  sink_gone_ = false;
  rest_.clear();
  recent_.Clear();
  CloseSink();
  if (source_) Move();
}

void OutputRelay::CloseSource() {
  sink_gone_ = false;
  rest_.clear();
  CloseSink();
  EndOfSource();
  FinishIfDone();
}

void OutputRelay::EndWhenSilent() {
  end_when_silent_ = true;
  // No process is left to be told that its reader has gone.
  if (sink_gone_) return CloseSource();
  Move();
}

void OutputRelay::Mark() {
  if (source_) marked_ = BytesIn(source_.get());
}

bool OutputRelay::HasPassedMark() const {
  return done_ || sink_gone_ || (marked_ == 0 && rest_.empty() && !HasBacklog());
}

void OutputRelay::EndOfSource() {
  if (!source_) return;
  loop_.Unwatch(source_.get());
  source_.Reset();
  marked_ = 0;
}

void OutputRelay::FinishIfDone() {
  if (done_ || source_ || sink_gone_ || !rest_.empty() || HasBacklog()) return;
  done_ = true;
  CloseSink();
  hooks_.on_done();
}

void OutputRelay::Rearm() {
  // A relay that cannot move must not be polled: poll(2) would return at once, again and again.
  const bool stuck = IsHeldUp() || sink_gone_;
  const bool to_write = !rest_.empty() || HasBacklog();
  if (source_) loop_.Rearm(source_.get(), to_write || stuck ? 0 : POLLIN);
  if (sink_) loop_.Rearm(sink_.get(), to_write && !stuck ? POLLOUT : 0);
}

}  // namespace run
