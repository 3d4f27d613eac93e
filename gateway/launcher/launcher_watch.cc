// The part of the launcher that lets a person watch another person's run.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/packet.h"
#include "base/text.h"
#include "gateway/launcher/launcher.h"
#include "gateway/role/birth.h"
#include "gateway/run/watch.h"
#include "gateway/wire/transport.h"

namespace launcher {
namespace {

using release::Outcome;
using release::Refuse;

constexpr std::chrono::seconds kAuditDeadline{10};

// The watch's descriptors, and those for the session, which follow its control socket.
struct Sockets {
  base::FdPair control;  // the session's end, the watch's
  base::UniqueFd terminal;
  base::UniqueFd out;
  base::UniqueFd err;
  std::vector<base::UniqueFd> session;
};

base::Result<Sockets> Connect(bool terminal) {
  Sockets sockets;
  auto control = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  if (!control) return base::Fail(std::move(control.error()));
  base::RefuseDescriptors(control->second.get());
  sockets.control = std::move(*control);
  if (terminal) {
    auto stream = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
    if (!stream) return base::Fail(std::move(stream.error()));
    base::RefuseDescriptors(stream->second.get());
    sockets.session.push_back(std::move(stream->first));
    sockets.terminal = std::move(stream->second);
    return sockets;
  }
  auto in = base::MakePipe();
  auto out = base::MakePipe();
  auto err = base::MakePipe();
  for (auto* const pipe : {&in, &out, &err}) {
    if (!*pipe) return base::Fail(std::move(pipe->error()));
  }
  for (const int fd : {out->second.get(), err->second.get()}) {
    if (auto done = base::SetNonBlocking(fd); !done) return base::Fail(std::move(done.error()));
  }
  sockets.session.push_back(std::move(in->second));  // no process reads what the watcher types
  sockets.session.push_back(std::move(out->first));
  sockets.session.push_back(std::move(err->first));
  sockets.out = std::move(out->second);
  sockets.err = std::move(err->second);
  return sockets;
}

}  // namespace

// Finds, among the live runs that the person may watch, the one whose id begins with `id`; for
// "last", the newest.
Outcome<run::RunRecord> Launcher::FindWatched(const std::string& id) const {
  const auto runs = deps_.registry.List();
  if (!runs) return Refuse(release::kLost, "watch: " + runs.error().message());
  std::vector<const run::RunRecord*> found;
  for (const run::RunState& state : *runs) {
    const run::RunRecord& record = state.record;
    const bool meant = id == "last" || record.id.starts_with(id);
    if (!state.supervised || !meant) continue;
    if (!deps_.configuration.policy.MayWatch(Who(), record.app, record.person)) continue;
    if (id == "last" && !found.empty()) {
      if (record.started_ms > found.front()->started_ms) found.front() = &record;
      continue;
    }
    found.push_back(&record);
  }
  if (found.size() == 1) return *found.front();
  const std::string why =
      found.empty() ? fmt::format("no run that you may watch is called {}", base::Quote(id, 40))
                    : fmt::format("the names of several runs begin with {}", base::Quote(id, 40));
  return Refuse(release::kUsage,
                fmt::format("watch: {}; those that run: {}", why, Typed("oneoff", "ps")));
}

int Launcher::WatchRun(const std::vector<std::string>& words) {
  if (words.size() != 2 || words[1].empty()) {
    return Reject(
        {release::kUsage, "oneoff@: watch takes the id of a run, its beginning, or last"});
  }
  const auto record = FindWatched(words[1]);
  if (!record) return Reject(record.error());
  const auto grant = deps_.configuration.policy.MayWatch(Who(), record->app, record->person);
  const std::string label = fmt::format("{}+{} run {}", record->app, record->release, record->id);
  const config::WatchSettings& settings = deps_.configuration.settings.watch;
  auto place =
      deps_.registry.TakeWatchersPlace(settings.at_once, request_.person, settings.per_person);
  if (!place) {
    return Reject({release::kBusy, fmt::format("watch: {}; try later", place.error().message())});
  }
  auto view = deps_.registry.Look(record->id);
  if (!view) return Reject({release::kUnusable, fmt::format("watch: {} has just ended", label)});
  auto follower = record::Follower::Open(deps_.recordings, record->id);
  if (!follower) {
    const bool none = follower.error().code() == base::Code::kNotFound;
    return Reject(
        {release::kUnusable, fmt::format("watch: {}: {}", label,
                                         none ? "it is not recorded, so it cannot be watched"
                                              : follower.error().message())});
  }
  auto sockets = Connect(request_.start.pty.has_value());
  if (!sockets) return Reject({release::kLost, "watch: " + sockets.error().message()});
  if (auto told = RecordWatch(*grant, *record); !told) return Reject(told.error());

  std::vector<int> fds = {sockets->control.first.get()};
  for (const base::UniqueFd& fd : sockets->session) fds.push_back(fd.get());
  (void)wire::Send(
      session_.get(),
      wire::Started{
          .channel = request_.start.channel, .run = record->id, .pty = sockets->terminal.valid()},
      fds);
  TellAnswered();
  run::Watch watch(*grant,
                   {.label = label,
                    .view = std::move(*view),
                    .follower = std::move(*follower),
                    .control = std::move(sockets->control.second),
                    .terminal = std::move(sockets->terminal),
                    .out = std::move(sockets->out),
                    .err = std::move(sockets->err),
                    .place = std::move(*place)},
                   {.patience = settings.patience, .behind = settings.behind}, deps_.clock);
  const auto confined =
      role::Assume(role::kWatch, {.keep = watch.fds(), .user = deps_.recorder, .log = deps_.lines});
  if (!confined) {
    deps_.log(base::Level::kError, "watch: " + confined.error().message());
    return 1;
  }
  watch.Run();
  return 0;
}

// The event is durable before any output is shown.
Outcome<void> Launcher::RecordWatch(const authz::WatchGrant& grant, const run::RunRecord& record) {
  const audit::RunWatched watched{.run = record.id,
                                  .app = record.app,
                                  .release = record.release,
                                  .of = record.person,
                                  .person = request_.person,
                                  .key = request_.fingerprint,
                                  .source = request_.address,
                                  .rule = grant.rule(),
                                  .certificate = admission_.certificate};
  base::Result<std::uint64_t> recorded = base::Fail(base::Code::kUnavailable, "no audit writer");
  if (audit_) recorded = audit_->Record(watched, kAuditDeadline);
  if (recorded) return {};
  if (recorded.error().code() == base::Code::kDenied) {
    return Refuse(release::kBusy,
                  fmt::format("watch: {}; try again later", recorded.error().message()));
  }
  return Refuse(release::kCannotAudit,
                fmt::format("watch: nothing is shown, because it cannot be recorded in the audit "
                            "log: {}; tell the gateway's administrator",
                            recorded.error().message()));
}

}  // namespace launcher
