// The supervisor and its clients: messages from the session whose client has the run, clients that
// come and go, and requests on the management socket.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "gateway/run/supervisor.h"
#include "gateway/wire/transport.h"

namespace run {
namespace {

using config::Disconnect;

// Each one is a line of the run's file.
constexpr int kMostAttachments = 100;
constexpr int kTakenAway = 129;  // exit status of a client that SendAway ends

// The names of RFC 4254 6.10.
std::optional<int> SignalNumber(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 10> kSignals = {{{"ABRT", SIGABRT},
                                                                          {"ALRM", SIGALRM},
                                                                          {"HUP", SIGHUP},
                                                                          {"INT", SIGINT},
                                                                          {"KILL", SIGKILL},
                                                                          {"PIPE", SIGPIPE},
                                                                          {"QUIT", SIGQUIT},
                                                                          {"TERM", SIGTERM},
                                                                          {"USR1", SIGUSR1},
                                                                          {"USR2", SIGUSR2}}};
  for (const auto& [known, number] : kSignals) {
    if (known == name) return number;
  }
  return std::nullopt;
}

std::string Spoken(const wire::Manager& by) {
  return fmt::format("{} from {}", by.person, base::Escape(by.source, 64));
}

}  // namespace

void Supervisor::WatchControl(base::UniqueFd control) {
  run_.control = std::move(control);
  attached_ = true;
  loop_.Watch(run_.control.get(), POLLIN, [this](short) { OnControl(); });
}

void Supervisor::CloseControl() {
  if (run_.control) loop_.Unwatch(run_.control.get());
  run_.control.Reset();
  attached_ = false;
}

void Supervisor::OnControl() {
  using Message = wire::ToSupervisor;
  auto received = wire::Receive<Message>(run_.control.get(), base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  // End of file or a malformed message: the session is lost either way.
  if (!received) return Handle(wire::ClientGone{wire::Departure::kLost});
  std::visit([this](const auto& message) { Handle(message); }, received->message);
}

void Supervisor::Handle(const wire::Resize& message) {
  streams_.Resize(message.size);
  recorder_.Look();
}

void Supervisor::Handle(const wire::SignalRequest& message) {
  const auto number = SignalNumber(message.name);
  if (number) SignalForeground(*number);
}

void Supervisor::Handle(const wire::CloseStream& message) {
  if (attachments_ == 0) return streams_.Close(message.stream);
  // A later client does not write to the command's stdin. If it closes stdout or stderr, it leaves,
  // and the command, which was not started for it, goes on.
  if (message.stream == wire::Stream::kStdin) return;
  (void)wire::Send(run_.control.get(), wire::Ended{0, ""});
  Handle(wire::ClientGone{wire::Departure::kLeft});
}

void Supervisor::Handle(const wire::Active& /*message*/) { ArmIdle(); }
void Supervisor::Handle(const wire::Confirmed& message) { streams_.Confirm(message); }

void Supervisor::Handle(const wire::ClientGone& message) {
  const bool left = message.how == wire::Departure::kLeft;
  CloseControl();
  if (!told_) {  // else the session already knows of the end
    recorder_.Note("gone", left ? R"(,"how":"left")" : R"(,"how":"lost")");
  }
  const Disconnect next = WhatFollows(message.how);
  if (next.action == Disconnect::Action::kHangUp) {
    streams_.Discard();
    return End(left ? How::kLeft : How::kLost);
  }
  gone_as_ = left ? How::kLeft : How::kLost;
  GoOnAlone(next, !left);
}

Disconnect Supervisor::WhatFollows(wire::Departure how) const {
  if (how == wire::Departure::kLost) {
    // The command must not take a part of its input for the whole.
    return streams_.HasPartOfInput() ? Disconnect{} : run_.bounds.lost;
  }
  if (attachments_ == 0) return run_.bounds.left;
  // A client that attached and leaves does not change what the run was about to do.
  if (kept_) return {.action = Disconnect::Action::kKeep, .keep = *kept_};
  return {.action = Disconnect::Action::kContinue};
}

void Supervisor::GoOnAlone(const Disconnect& keep, bool lost) {
  streams_.Detach();
  std::uint64_t until_ms = 0;
  if (keep.action == Disconnect::Action::kKeep) {
    keep_until_ = clock_.Monotonic() + keep.keep;
    keep_timer_ = loop_.After(keep.keep, [this] { End(gone_as_); });
    until_ms = static_cast<std::uint64_t>((clock_.Now() + keep.keep).time_since_epoch().count());
  }
  WriteAttachment(lost, until_ms);
  TellIfPassed();
  FinishIfOver();
}

void Supervisor::WriteAttachment(bool lost, std::uint64_t until_ms) {
  if (!run_.entry || ending_) return;
  // If this fails, the registry shows an older state. The run does not depend on it.
  (void)run_.entry->WriteAttachment(
      {.attached = attached_,
       .person = client_.person,
       .source = client_.source,
       .since_ms = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()),
       .lost = lost,
       .until_ms = until_ms});
}

void Supervisor::SendAway(const std::string& why) {
  if (!attached_) return;
  (void)wire::Send(run_.control.get(),
                   wire::Ended{kTakenAway, fmt::format("oneoff: {}: {}", run_.label, why)});
  CloseControl();
}

std::string Supervisor::WhyNotAttach(const wire::Attach& request, std::size_t fds) const {
  if (fds != 1 + streams_.sinks() || request.size.has_value() != streams_.terminal()) {
    return streams_.terminal() ? "it has a terminal, and the request has none"
                               : "it has no terminal, and the request has one";
  }
  if (ending_as_ || (ending_ && streams_.done())) return "it is ending";
  if (attachments_ >= kMostAttachments) {
    return fmt::format("it has been attached to {} times, which is the limit", attachments_);
  }
  return {};
}

wire::RunAnswer Supervisor::OnAttach(const wire::Attach& request, std::vector<base::UniqueFd> fds) {
  wire::RunAnswer answer;
  answer.why = WhyNotAttach(request, fds.size());
  if (!answer.why.empty()) return answer;
  SendAway(fmt::format("{} has taken it over; it goes on", Spoken(request.by)));
  if (keep_until_) {
    kept_ =
        std::chrono::duration_cast<std::chrono::milliseconds>(*keep_until_ - clock_.Monotonic());
    kept_ = std::max(*kept_, std::chrono::milliseconds(0));
    loop_.Cancel(keep_timer_);
    keep_until_.reset();
  }
  ++attachments_;
  client_ = request.by;
  told_ = true;  // until the client has all of its streams
  recorder_.Note("attached");
  WatchControl(std::move(fds.front()));
  fds.erase(fds.begin());
  streams_.Attach(std::move(fds), request.from.value_or(wire::OutputFrom{}), run_.label);
  told_ = false;
  if (request.size) {
    streams_.Resize(*request.size);
    // Even if the size is the same, so that programs draw their screen again.
    SignalForeground(SIGWINCH);
  }
  WriteAttachment(false, 0);
  ArmIdle();
  TellIfPassed();
  answer.done = true;
  return answer;
}

wire::RunAnswer Supervisor::OnDetach(const wire::Detach& request) {
  wire::RunAnswer answer;
  if (!attached_) {
    answer.why = "no client is attached to it";
    return answer;
  }
  SendAway(fmt::format("{} has detached it; it goes on", Spoken(request.by)));
  recorder_.Note("gone", R"(,"how":"detached")");
  GoOnAlone(kept_ ? Disconnect{Disconnect::Action::kKeep, *kept_}
                  : Disconnect{.action = Disconnect::Action::kContinue},
            false);
  answer.done = true;
  return answer;
}

wire::RunAnswer Supervisor::OnStop(const wire::Stop& request) {
  wire::RunAnswer answer;
  if (ending_) {
    answer.why = "its command has ended already";
    return answer;
  }
  if (!ending_as_) stopped_by_ = Spoken(request.by);
  End(How::kStopped);
  if (request.force && !std::exchange(killing_, true)) KillUntilGone();
  answer.done = true;
  return answer;
}

}  // namespace run
