// How a Broker has requests served: by a desk each, in a process of its own.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "gateway/broker/broker.h"
#include "gateway/broker/local_account.h"
#include "gateway/role/birth.h"
#include "gateway/wire/codec.h"

namespace broker {

void Broker::Serve(Asked asked) {
  const std::uint32_t channel = asked.request.start.channel;
  const int from = asked.from;
  const bool local = asked.local.has_value();
  base::UniqueFd session = std::move(asked.session);
  const auto started = StartDesk(std::move(asked), session);
  if (started) return;
  log_(base::Level::kError, "desk: " + started.error().message());
  (void)wire::Send(session.get(),
                   wire::Answer{.channel = channel,
                                .status = release::kBusy,
                                .out = "",
                                .err = fmt::format("oneoff: not started: {}; try again\n",
                                                   started.error().message())},
                   {}, base::Wait::kNo);
  session.Reset();
  if (local) local_door_->Answered(from);
}

base::Result<void> Broker::StartDesk(Asked asked, base::UniqueFd& session) {
  ReloadIfChanged();
  if (stopping_) return base::Fail(base::Code::kUnavailable, "the gateway is stopping");
  const auto unanswered = std::count_if(requests_.begin(), requests_.end(), [&](const auto& entry) {
    return entry.second.from == asked.from;
  });
  // An honest session has no more channels than this; each request costs a process.
  if (unanswered >= configuration_.settings.channels) {
    return base::Fail(base::Code::kUnavailable, "too many requests at once on this connection");
  }
  auto answered = base::MakePipe();
  if (!answered) return base::Fail(std::move(answered.error()));
  const std::uint32_t channel = asked.request.start.channel;
  const int from = asked.from;
  const bool local = asked.local.has_value();
  const int to_session = session.get();
  const int tell = answered->second.get();
  // For what the desk becomes, which meets what a command writes.
  auto lines = child_log_->Open("");
  if (!lines) return base::Fail(std::move(lines.error()));
  const int lines_of_run = lines->get();
  const role::Birth birth = {.keep = {to_session, tell, audit_.control(), registry_->fd(),
                                      recordings_->fd(), lines_of_run}};
  auto child = role::ForkAs(role::kLauncher, birth, log_, [&](const base::Log& log) {
    host_keys_.clear();  // nothing of this process, or of what it forks, needs them
    const DeskSupplies supplies = {
        configuration_, options_.paths, *registry_, *recordings_, audit_.control(),
        tell,           lines_of_run,   recorder_,  clock_,       log};
    return Desk(supplies, std::move(asked.request), base::UniqueFd(to_session), asked.local)
        .Serve();
  });
  if (!child) return base::Fail(std::move(child.error()));
  Keep(Kind::kDesk, std::move(*child));
  const int fd = answered->first.get();
  requests_[fd] = Request{std::move(answered->first), std::move(session), from, local, channel};
  loop_.Watch(fd, POLLIN, [this, fd](short) { OnDesk(fd); });
  return {};
}

void Broker::OnDesk(int answered) {
  char byte = 0;
  const bool told = read(answered, &byte, 1) == 1;
  loop_.Unwatch(answered);
  Request request = std::move(requests_.extract(answered).mapped());
  if (!told) TellLost(request);
  request.session.Reset();
  if (request.local) local_door_->Answered(request.from);
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

void Broker::OpenLocalDoor() {
  local_door_ = std::make_unique<LocalDoor>(
      std::move(local_listener_),
      LocalDoor::Supplies{.loop = loop_,
                          .log = log_,
                          .child_log = *child_log_,
                          .configuration = configuration_,
                          .monitor_user = monitor_user_,
                          .spare = *spare_},
      LocalDoor::Hooks{
          .refresh = [this] { ReloadIfChanged(); },
          .forget = [this] { host_keys_.clear(); },
          .born = [this](base::Child monitor) { Keep(Kind::kLocalMonitor, std::move(monitor)); },
          .request = [this](LocalDoor::Request asked) { Handle(std::move(asked)); },
          .stranger = [this](const wire::LocalStranger& who) { Handle(who); }});
}

// Who asks, the desk finds out: by the uid, and by the policy as it is then.
void Broker::Handle(LocalDoor::Request asked) {
  Serve({asked.caller, asked.uid,
         wire::Request{.person = "",
                       .fingerprint = "",
                       .key = "",
                       .address = "",
                       .user = std::move(asked.message.user),
                       .start = std::move(asked.message.start)},
         std::move(asked.connection)});
}

// Summed, as refused signatures are: whoever goes on asking does not fill the log.
void Broker::Handle(const wire::LocalStranger& message) {
  Handle(wire::FailedTries{
      .address = SourceOf(message.account), .user = base::Escape(message.account, 64), .count = 1});
}

}  // namespace broker
