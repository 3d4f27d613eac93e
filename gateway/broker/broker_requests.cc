// How a Broker serves requests: it forks a launcher for each.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "gateway/broker/broker.h"
#include "gateway/installation/local_account.h"
#include "gateway/role/birth.h"
#include "gateway/wire/transport.h"

namespace broker {

namespace {

constexpr std::chrono::milliseconds kHold{1000};

}  // namespace

// The person; for a local request, which names no person yet, the uid.
std::string Broker::WhoAsks(const Asked& asked) {
  return asked.local ? fmt::format("uid {}", *asked.local) : "person " + asked.request.person;
}

void Broker::Serve(Asked asked) {
  const config::GatewaySettings& settings = configuration_.settings;
  const bool may_wait = !stopping_ && CountUnanswered(asked.from) < settings.channels;
  std::string who = WhoAsks(asked);
  if (may_wait && refusals_.IsOver(who, settings.refusals_per_minute, clock_.Monotonic())) {
    return Hold(std::move(asked));
  }
  if (may_wait && CountServed(who) >= settings.requests_per_person) {
    queued_[std::move(who)].push_back(std::move(asked));
    return;
  }
  const std::uint32_t channel = asked.request.start.channel;
  const int from = asked.from;
  const bool local = asked.local.has_value();
  base::UniqueFd session = std::move(asked.session);
  const auto started = StartLauncher(std::move(asked), session);
  if (started) return;
  log_(base::Level::kError, "launcher: " + started.error().message());
  (void)wire::Send(session.get(),
                   wire::Answer{.channel = channel,
                                .status = release::kBusy,
                                .out = "",
                                .err = fmt::format("oneoff: not started: {}; try again\n",
                                                   started.error().message())},
                   {}, base::Wait::kNo);
  session.Reset();
  if (local) local_callers_->Answered(from);
}

base::Result<void> Broker::StartLauncher(Asked asked, base::UniqueFd& session) {
  ReloadIfChanged();
  if (stopping_) return base::Fail(base::Code::kUnavailable, "the gateway is stopping");
  // An honest session has no more channels than this. Each request costs a process.
  if (CountUnanswered(asked.from) >= configuration_.settings.channels) {
    return base::Fail(base::Code::kUnavailable, "too many requests at once on this connection");
  }
  auto answered = base::MakePipe();
  if (!answered) return base::Fail(std::move(answered.error()));
  const std::uint32_t channel = asked.request.start.channel;
  const int from = asked.from;
  const bool local = asked.local.has_value();
  std::string who = WhoAsks(asked);
  const int to_session = session.get();
  const int tell = answered->second.get();
  // A log of its own, because the launcher becomes a supervisor and handles what a command writes.
  auto lines = child_log_->Open("");
  if (!lines) return base::Fail(std::move(lines.error()));
  const int lines_of_run = lines->get();
  const role::Birth birth = {.keep = {to_session, tell, audit_.control(), registry_->fd(),
                                      recordings_->fd(), lines_of_run}};
  const bool private_runs = configuration_.AsksForPrivateRuns();
  if (private_runs) role::PrepareFilter(role::kInit.calls);
  const role::Role& role = private_runs ? role::kPrivateLauncher : role::kLauncher;
  auto child = role::ForkAs(role, birth, log_, [&](const base::Log& log) {
    host_keys_.clear();  // neither a launcher nor its children need the private keys
    const launcher::LauncherDeps deps = {
        configuration_, options_.paths, *registry_, *recordings_, audit_.control(),
        tell,           lines_of_run,   recorder_,  clock_,       log};
    return launcher::Launcher(deps, std::move(asked.request), base::UniqueFd(to_session),
                              asked.local)
        .Serve();
  });
  if (!child) return base::Fail(std::move(child.error()));
  Keep(Kind::kLauncher, std::move(*child));
  const int fd = answered->first.get();
  requests_[fd] =
      Request{std::move(answered->first), std::move(session), from, local, channel, std::move(who)};
  loop_.Watch(fd, POLLIN, [this, fd](short) { OnLauncher(fd); });
  return {};
}

void Broker::OnLauncher(int answered) {
  char byte = 0;
  const bool told = read(answered, &byte, 1) == 1;
  loop_.Unwatch(answered);
  Request request = std::move(requests_.extract(answered).mapped());
  if (!told) TellLost(request);
  const launcher::LauncherReport word = launcher::LauncherReport::Of(byte);
  audit_.AddDropped(static_cast<std::uint64_t>(word.dropped));
  const int most = configuration_.settings.refusals_per_minute;
  if (word.refused && refusals_.Add(request.who, most, clock_.Monotonic())) {
    log_(base::Level::kWarning,
         fmt::format("{}: {} requests were refused within a minute; further ones are refused "
                     "unread until fewer come",
                     request.who, most));
  }
  request.session.Reset();
  if (request.local) local_callers_->Answered(request.from);
  ServeQueued(request.who);
}

std::ptrdiff_t Broker::CountUnanswered(int from) const {
  const auto is_from = [&](const auto& entry) { return entry.second.from == from; };
  std::ptrdiff_t queued = 0;
  for (const auto& [_, asked] : queued_) {
    queued += std::count_if(asked.begin(), asked.end(),
                            [&](const Asked& waiting) { return waiting.from == from; });
  }
  return queued + std::count_if(requests_.begin(), requests_.end(), is_from) +
         std::count_if(held_.begin(), held_.end(), is_from);
}

std::ptrdiff_t Broker::CountServed(const std::string& who) const {
  return std::count_if(requests_.begin(), requests_.end(),
                       [&](const auto& entry) { return entry.second.who == who; });
}

// Serves the person's queued requests as far as the person has launchers left. Each launcher and
// its resolver are processes: one person's are not to take the host's time from others.
void Broker::ServeQueued(const std::string& who) {
  for (auto found = queued_.find(who);
       found != queued_.end() && CountServed(who) < configuration_.settings.requests_per_person;
       found = queued_.find(who)) {
    Asked next = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) queued_.erase(found);
    Serve(std::move(next));
  }
}

// The connection is gone, and nothing waits for the answers. The next connection may get its
// descriptor's number, so what is still unanswered no longer counts for that.
void Broker::DropQueued(int from) {
  for (auto& [_, asked] : queued_) {
    std::erase_if(asked, [&](const Asked& waiting) { return waiting.from == from; });
  }
  std::erase_if(queued_, [](const auto& entry) { return entry.second.empty(); });
  const auto forget = [&](auto& entry) {
    if (!entry.local && entry.from == from) entry.from = -1;
  };
  for (auto& [_, request] : requests_) forget(request);
  for (auto& [_, held] : held_) forget(held);
}

// While the broker stops, Serve answers each with a refusal.
void Broker::RefuseQueued() {
  for (auto& [_, asked] : std::exchange(queued_, {})) {
    for (Asked& waiting : asked) Serve(std::move(waiting));
  }
}

// Answers later, so that a caller who waits for each answer cannot ask at full speed.
void Broker::Hold(Asked asked) {
  audit_.Post(audit::RunDenied{.person = asked.request.person,
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
  loop_.After(kHold, [this, id] { RefuseHeld(id); });
}

void Broker::RefuseHeld(std::uint64_t id) {
  const Held held = std::move(held_.extract(id).mapped());
  (void)wire::Send(held.session.get(),
                   wire::Answer{.channel = held.channel,
                                .status = release::kBusy,
                                .out = "",
                                .err = fmt::format("oneoff: more than {} of your requests were "
                                                   "refused within a minute, and this one was not "
                                                   "read; try again in a minute\n",
                                                   configuration_.settings.refusals_per_minute)},
                   {}, base::Wait::kNo);
  if (held.local) local_callers_->Answered(held.from);
}

void Broker::TellLost(const Request& request) {
  (void)wire::Send(request.session.get(),
                   wire::Answer{.channel = request.channel,
                                .status = release::kLost,
                                .out = "",
                                .err = "oneoff: the request was lost: the process that served it "
                                       "ended; the gateway's log says more\n"},
                   {}, base::Wait::kNo);
}

void Broker::OpenLocalListener() {
  local_callers_ = std::make_unique<LocalListener>(
      std::move(local_listener_),
      LocalListener::Deps{.loop = loop_,
                          .log = log_,
                          .child_log = *child_log_,
                          .configuration = configuration_,
                          .monitor_user = monitor_user_,
                          .spare = *spare_},
      LocalListener::Hooks{
          .refresh = [this] { ReloadIfChanged(); },
          .forget = [this] { host_keys_.clear(); },
          .born = [this](base::Child monitor) { Keep(Kind::kLocalMonitor, std::move(monitor)); },
          .request = [this](LocalListener::Request asked) { Handle(std::move(asked)); },
          .stranger = [this](const wire::LocalStranger& who) { Handle(who); }});
}

// The launcher finds the person, from the uid and the policy of that moment.
void Broker::Handle(LocalListener::Request asked) {
  Serve({asked.caller, asked.uid,
         wire::Request{.person = "",
                       .fingerprint = "",
                       .key = "",
                       .address = "",
                       .user = std::move(asked.message.user),
                       .start = std::move(asked.message.start)},
         std::move(asked.connection)});
}

// Summed like refused signatures, so that repeated requests do not fill the log.
void Broker::Handle(const wire::LocalStranger& message) {
  Handle(wire::FailedTries{.address = wire::SourceOfAccount(message.account),
                           .user = base::Escape(message.account, 64),
                           .count = 1});
}

}  // namespace broker
