#include "gateway/run/log_pump.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/wire/transport.h"

namespace run {
namespace {

constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::milliseconds kLookForEnd{200};
constexpr std::size_t kChunk = 64UL * 1024;
constexpr int kAtOnce = 64;  // chunks, before the loop looks at the session again
constexpr int kLost = 70;    // exit status of a run that was lost

}  // namespace

LogPump::LogPump(LogPumping job, const base::Clock& clock)
    : job_(std::move(job)), clock_(clock), loop_(clock) {
  sinks_[0] = {std::move(job_.out), record::Stream::kStdout, job_.from_out, {}};
  sinks_[1] = {std::move(job_.err), record::Stream::kStderr, job_.from_err, {}};
}

std::vector<int> LogPump::fds() const {
  return {job_.log ? job_.log->fd() : -1,
          job_.view ? job_.view->fd() : -1,
          job_.control.get(),
          job_.place.get(),
          sinks_[0].fd.get(),
          sinks_[1].fd.get()};
}

void LogPump::Run() {
  loop_.Watch(job_.control.get(), POLLIN, [this](short) { OnControl(); });
  for (Sink& sink : sinks_) loop_.Watch(sink.fd.get(), 0, [this](short) { (void)Move(); });
  Tick();
  loop_.Run();
}

void LogPump::OnControl() {
  const auto received = wire::Receive<wire::ToSupervisor>(job_.control.get(), base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (!received || std::holds_alternative<wire::ClientGone>(received->message)) loop_.Stop();
}

void LogPump::Tick() {
  // In this order: a run writes its output before its supervisor ends.
  const bool over = !job_.view || !job_.view->supervised();
  if (job_.log) (void)job_.log->Refresh();
  if (Move() && (over || !job_.follow)) return Finish();
  loop_.After(job_.log ? kLook : kLookForEnd, [this] { Tick(); });
}

bool LogPump::Move() {
  for (int i = 0; i < kAtOnce; ++i) {
    bool more = false;
    for (Sink& sink : sinks_) {
      if (!Flush(sink)) return false;
      more = Fill(sink) || more;
    }
    if (!more) break;
  }
  return std::all_of(sinks_.begin(), sinks_.end(), [this](Sink& sink) {
    return Flush(sink) && (!job_.log || sink.position >= job_.log->end(sink.stream));
  });
}

bool LogPump::Fill(Sink& sink) {
  if (!job_.log || !sink.rest.empty()) return false;
  const std::uint64_t begin = job_.log->begin(sink.stream);
  if (sink.position < begin) {
    const char* const name = sink.stream == record::Stream::kStderr ? "stderr" : "stdout";
    sinks_[1].rest += fmt::format("oneoff: {}: bytes {} to {} of {} were not kept\n", job_.label,
                                  sink.position, begin, name);
    sink.position = begin;
  }
  const auto bytes = job_.log->Read(sink.stream, sink.position, kChunk);
  // The writer may have overwritten them while they were read.
  if (auto read = job_.log->Refresh(); !read || !bytes) {
    sink.position = job_.log->end(sink.stream);
    return false;
  }
  if (sink.position < job_.log->begin(sink.stream)) return true;
  sink.position += bytes->size();
  sink.rest += *bytes;
  return !bytes->empty();
}

// Returns whether everything is written.
bool LogPump::Flush(Sink& sink) {
  const auto written = base::WriteSome(sink.fd.get(), sink.rest);
  if (!written) loop_.Stop();  // the client reads no more
  sink.rest.erase(0, written.value_or(0));
  loop_.Rearm(sink.fd.get(), sink.rest.empty() ? 0 : POLLOUT);
  return sink.rest.empty();
}

wire::Ended LogPump::EndOf(const base::Result<RunState>& state) const {
  if (!state || !state->ending) {
    return {job_.status_of_run ? kLost : 0,
            fmt::format("oneoff: {} was lost: its supervisor ended", job_.label)};
  }
  return {job_.status_of_run ? state->ending->status : 0,
          fmt::format("oneoff: {} has ended: {}", job_.label, DescribeEnding(*state->ending))};
}

void LogPump::Finish() {
  wire::Ended end = job_.end;
  if (job_.view && job_.follow) end = EndOf(job_.view->Read());
  for (Sink& sink : sinks_) {
    loop_.Unwatch(sink.fd.get());
    sink.fd.Reset();  // the session reads end of file
  }
  (void)wire::Send(job_.control.get(), end);
  loop_.Stop();
}

}  // namespace run
