// The part of the listener that has the gateway execute itself anew after crashes, and goes on in
// what it has become. Clients that come meanwhile wait in the kernel's queue.
#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/text.h"
#include "gateway/front/listener.h"

namespace front {
namespace {

// For headers of balancers that are being read; the connections of the others are closed.
constexpr std::chrono::milliseconds kHeaders{1'000};

}  // namespace

// Never at once: it is told of while sessions are reaped.
void Listener::OnCrash(const base::IpAddress& ip) {
  const auto delay = crashes_.Add(limiter_.SourceOf(ip).Text(), deps_.clock.Monotonic());
  if (!delay || !execute_) return;
  deps_.loop.Cancel(execution_);
  execution_ = deps_.loop.After(*delay, [this] { PrepareExecution(); });
}

void Listener::PrepareExecution() {
  execution_ = 0;
  if (draining_) return;
  executing_ = true;
  Watch();
  execution_ = deps_.loop.After(kHeaders, [this] { ExecuteNow(); });
  ExecuteIfReady();
}

void Listener::ExecuteIfReady() {
  if (executing_ && pending_.empty()) ExecuteNow();
}

void Listener::ExecuteNow() {
  deps_.loop.Cancel(std::exchange(execution_, 0));
  if (draining_) return;
  pending_.clear();
  if (deps_.broker.connected()) refusals_.ReportAll();
  const base::Error error = execute_(Held());
  deps_.log(base::Level::kError, fmt::format("{} sessions have crashed, and the gateway cannot "
                                             "execute itself anew: {}",
                                             crashes_.count(), error.message()));
  crashes_.Forget(deps_.clock.Monotonic());
  executing_ = false;
  Watch();
}

Handover Listener::Held() const {
  Handover handover;
  for (const auto& socket : sockets_) handover.sockets.push_back(socket.get());
  handover.sessions = sessions_->Held();
  for (const auto& [source, end] : limiter_.Refused(deps_.clock.Monotonic())) {
    handover.penalties.push_back({source.Text(), end.time_since_epoch().count()});
  }
  for (const auto& held : child_log_->HeldChildren()) {
    handover.lines.push_back({held.pipe, held.who, held.begun, held.cut});
  }
  handover.crashes = crashes_.count();
  handover.sources = crashes_.Sources();
  return handover;
}

void Listener::TakeOver(const Handover& handover) {
  for (const HeldPenalty& penalty : handover.penalties) {
    if (const auto source = base::Network::Parse(penalty.source)) {
      limiter_.Refuse(*source, base::MonotonicTime(std::chrono::milliseconds(penalty.end)));
    }
  }
  for (const HeldLines& lines : handover.lines) {
    if (auto done = child_log_->Resume({lines.pipe, lines.who, lines.begun, lines.cut}); !done) {
      deps_.log(base::Level::kError, lines.who + done.error().message());
    }
  }
  sessions_->Resume(handover.sessions);
  crashes_.Forget(deps_.clock.Monotonic());
  deps_.log(base::Level::kWarning,
            fmt::format("{} sessions have crashed (of clients from {}): the gateway has executed "
                        "itself anew, so that the next ones have another address layout",
                        handover.crashes, base::Join(handover.sources, ", ")));
  refusals_.Add(wire::Reexecuted{handover.crashes, handover.sources});
  sessions_->Reap();
}

}  // namespace front
