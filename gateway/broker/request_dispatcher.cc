#include "gateway/broker/request_dispatcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "gateway/launcher/launcher.h"
#include "gateway/role/birth.h"
#include "gateway/wire/transport.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kHold{1000};

}  // namespace

RequestDispatcher::RequestDispatcher(Deps deps, Hooks hooks)
    : deps_(std::move(deps)), hooks_(std::move(hooks)) {}

// The person; for a local request, which names no person yet, the uid.
std::string RequestDispatcher::WhoAsks(const ReceivedRequest& asked) {
  return asked.local ? fmt::format("uid {}", *asked.local) : "person " + asked.request.person;
}

void RequestDispatcher::Serve(ReceivedRequest asked) {
  deps_.configuration.ReloadIfChanged();
  const config::GatewaySettings& settings = deps_.configuration.settings();
  auto started = Admit(asked.from);
  if (started) {
    std::string who = WhoAsks(asked);
    if (refusals_.IsOver(who, settings.refusals_per_minute, deps_.clock.Monotonic())) {
      return Hold(std::move(asked));
    }
    if (CountServed(who) >= settings.requests_per_person) {
      queued_[std::move(who)].push_back(std::move(asked));
      return;
    }
  }
  const std::uint32_t channel = asked.request.start.channel;
  const int from = asked.from;
  const bool local = asked.local.has_value();
  // Kept here, so that a failure can still be answered.
  base::UniqueFd session = std::move(asked.session);
  if (started) started = StartLauncher(std::move(asked), session);
  if (started) return;
  deps_.log(base::Level::kError, "launcher: " + started.error().message());
  (void)wire::Send(session.get(),
                   wire::Answer{.channel = channel,
                                .status = release::kBusy,
                                .out = "",
                                .err = fmt::format("oneoff: not started: {}; try again\n",
                                                   started.error().message())},
                   {}, base::Wait::kNo);
  session.Reset();
  if (local) hooks_.local_answered(from);
}

// An honest session has no more requests at once than channels. Each request costs a process.
base::Result<void> RequestDispatcher::Admit(int from) const {
  if (stopping_) return base::Fail(base::Code::kUnavailable, "the gateway is stopping");
  if (CountUnanswered(from) >= deps_.configuration.settings().channels) {
    return base::Fail(base::Code::kUnavailable, "too many requests at once on this connection");
  }
  return {};
}

base::Result<void> RequestDispatcher::StartLauncher(ReceivedRequest asked,
                                                    base::UniqueFd& session) {
  auto answered = base::MakePipe();
  if (!answered) return base::Fail(std::move(answered.error()));
  const std::uint32_t channel = asked.request.start.channel;
  const int from = asked.from;
  const bool local = asked.local.has_value();
  std::string who = WhoAsks(asked);
  const int to_session = session.get();
  const int tell = answered->second.get();
  // A log of its own, because the launcher becomes a supervisor and handles what a command writes.
  auto lines = deps_.child_log.Open("");
  if (!lines) return base::Fail(std::move(lines.error()));
  const int lines_of_run = lines->get();
  const role::Birth birth = {.keep = {to_session, tell, deps_.audit.control(), deps_.registry.fd(),
                                      deps_.registry.outputs(), deps_.recordings.fd(),
                                      deps_.management.fd(), lines_of_run}};
  const bool private_runs = deps_.configuration.current().AsksForPrivateRuns();
  if (private_runs) role::PrepareFilter(role::kInit.calls);
  const role::Role& role = private_runs ? role::kPrivateLauncher : role::kLauncher;
  auto child = role::ForkAs(role, birth, deps_.log, [&](const base::Log& log) {
    hooks_.forget();  // neither a launcher nor its children need the private keys
    const launcher::LauncherDeps deps = {deps_.configuration.current(),
                                         deps_.paths,
                                         deps_.registry,
                                         deps_.recordings,
                                         deps_.management,
                                         deps_.audit.control(),
                                         tell,
                                         lines_of_run,
                                         deps_.recorder,
                                         deps_.clock,
                                         log};
    return launcher::Launcher(deps, std::move(asked.request), base::UniqueFd(to_session),
                              asked.local)
        .Serve();
  });
  if (!child) return base::Fail(std::move(child.error()));
  deps_.children.Add(ChildKind::kLauncher, std::move(*child));
  const int fd = answered->first.get();
  launched_[fd] = Launched{
      std::move(answered->first), std::move(session), from, local, channel, std::move(who)};
  deps_.loop.Watch(fd, POLLIN, [this, fd](short) { OnLauncher(fd); });
  return {};
}

void RequestDispatcher::OnLauncher(int answered) {
  char byte = 0;
  const bool told = read(answered, &byte, 1) == 1;
  deps_.loop.Unwatch(answered);
  Launched request = std::move(launched_.extract(answered).mapped());
  if (!told) TellLost(request);
  const launcher::LauncherReport word = launcher::LauncherReport::Of(byte);
  deps_.audit.AddDropped(static_cast<std::uint64_t>(word.dropped));
  const int most = deps_.configuration.settings().refusals_per_minute;
  if (word.refused && refusals_.Add(request.who, most, deps_.clock.Monotonic())) {
    deps_.log(base::Level::kWarning,
              fmt::format("{}: {} requests were refused within a minute; further ones are refused "
                          "unread until fewer come",
                          request.who, most));
  }
  request.session.Reset();
  if (request.local) hooks_.local_answered(request.from);
  ServeQueued(request.who);
}

std::ptrdiff_t RequestDispatcher::CountUnanswered(int from) const {
  const auto is_from = [&](const auto& entry) { return entry.second.from == from; };
  std::ptrdiff_t queued = 0;
  for (const auto& [_, asked] : queued_) {
    queued += std::count_if(asked.begin(), asked.end(),
                            [&](const ReceivedRequest& waiting) { return waiting.from == from; });
  }
  return queued + std::count_if(launched_.begin(), launched_.end(), is_from) +
         std::count_if(held_.begin(), held_.end(), is_from);
}

std::ptrdiff_t RequestDispatcher::CountServed(const std::string& who) const {
  return std::count_if(launched_.begin(), launched_.end(),
                       [&](const auto& entry) { return entry.second.who == who; });
}

// Serves the person's queued requests as far as the person has launchers left. Each launcher and
// its resolver are processes: one person's are not to take the host's time from others.
void RequestDispatcher::ServeQueued(const std::string& who) {
  for (auto found = queued_.find(who);
       found != queued_.end() &&
       CountServed(who) < deps_.configuration.settings().requests_per_person;
       found = queued_.find(who)) {
    ReceivedRequest next = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) queued_.erase(found);
    Serve(std::move(next));
  }
}

// The connection is gone, and nothing waits for the answers. The next connection may get its
// descriptor's number, so what is still unanswered no longer counts for that.
void RequestDispatcher::Drop(int from) {
  for (auto& [_, asked] : queued_) {
    std::erase_if(asked, [&](const ReceivedRequest& waiting) { return waiting.from == from; });
  }
  std::erase_if(queued_, [](const auto& entry) { return entry.second.empty(); });
  const auto forget = [&](auto& entry) {
    if (!entry.local && entry.from == from) entry.from = -1;
  };
  for (auto& [_, request] : launched_) forget(request);
  for (auto& [_, held] : held_) forget(held);
}

// While it stops, Serve answers each with a refusal.
void RequestDispatcher::Stop() {
  stopping_ = true;
  for (auto& [_, asked] : std::exchange(queued_, {})) {
    for (ReceivedRequest& waiting : asked) Serve(std::move(waiting));
  }
}

// Answers later, so that a caller who waits for each answer cannot ask at full speed.
void RequestDispatcher::Hold(ReceivedRequest asked) {
  deps_.audit.Post(
      audit::RunDenied{.person = asked.request.person,
                       .key = asked.request.fingerprint,
                       .source = asked.local ? WhoAsks(asked) : asked.request.address,
                       .app = "",
                       .release = "",
                       .command = "",
                       .rule = "",
                       .message = "too many requests were refused; this one was not read",
                       .status = release::kBusy,
                       .certificate = ""});
  const std::uint64_t id = next_held_++;
  held_[id] = Held{std::move(asked.session), asked.from, asked.local.has_value(),
                   asked.request.start.channel};
  deps_.loop.After(kHold, [this, id] { RefuseHeld(id); });
}

void RequestDispatcher::RefuseHeld(std::uint64_t id) {
  const Held held = std::move(held_.extract(id).mapped());
  (void)wire::Send(
      held.session.get(),
      wire::Answer{.channel = held.channel,
                   .status = release::kBusy,
                   .out = "",
                   .err = fmt::format("oneoff: more than {} of your requests were "
                                      "refused within a minute, and this one was not "
                                      "read; try again in a minute\n",
                                      deps_.configuration.settings().refusals_per_minute)},
      {}, base::Wait::kNo);
  if (held.local) hooks_.local_answered(held.from);
}

void RequestDispatcher::TellLost(const Launched& request) {
  (void)wire::Send(request.session.get(),
                   wire::Answer{.channel = request.channel,
                                .status = release::kLost,
                                .out = "",
                                .err = "oneoff: the request was lost: the process that served it "
                                       "ended; the gateway's log says more\n"},
                   {}, base::Wait::kNo);
}

}  // namespace broker
