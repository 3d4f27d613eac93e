#include "gateway/launcher/watch_start.h"

#include <fmt/format.h>

#include <utility>

#include "base/signal_fd.h"
#include "base/text.h"
#include "gateway/launcher/session_sockets.h"
#include "gateway/record/follower.h"
#include "gateway/run/watch.h"

namespace launcher {
namespace {

using release::Outcome;
using release::Refuse;

// Finds, among the live runs that the person may watch, the one whose id begins with `id`; for
// "last", the newest.
Outcome<run::RunRecord> FindWatched(const Asked& asked, const std::string& id) {
  const auto runs = asked.deps.registry.List();
  if (!runs) return Refuse(release::kLost, "watch: " + runs.error().message());
  std::vector<const run::RunRecord*> found;
  for (const run::RunState& state : *runs) {
    const run::RunRecord& record = state.record;
    const bool meant = id == "last" || record.id.starts_with(id);
    if (!state.supervised || !meant) continue;
    if (!asked.deps.configuration.policy.MayWatch(asked.Who(), record.app, record.person)) continue;
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
                fmt::format("watch: {}; those that run: {}", why, asked.Typed("oneoff", "ps")));
}

// The event is durable before any output is shown.
Outcome<void> RecordWatch(Asked& asked, const authz::WatchGrant& grant,
                          const run::RunRecord& record) {
  const audit::RunWatched watched{.run = record.id,
                                  .app = record.app,
                                  .release = record.release,
                                  .of = record.person,
                                  .person = asked.request.person,
                                  .key = asked.request.fingerprint,
                                  .source = asked.request.address,
                                  .rule = grant.rule(),
                                  .certificate = asked.admission.certificate};
  return asked.RecordFirst(watched, "watch");
}

// What a watch needs, before anything is recorded of it.
struct Prepared {
  run::RunRecord record;
  authz::WatchGrant grant;
  base::UniqueFd place;
  run::View view;
  record::Follower follower;
  base::UniqueFd signals;
  SessionSockets sockets;
};

Outcome<Prepared> Prepare(const Asked& asked, const std::string& id) {
  const auto record = FindWatched(asked, id);
  if (!record) return tl::unexpected(record.error());
  const auto grant =
      asked.deps.configuration.policy.MayWatch(asked.Who(), record->app, record->person);
  const config::WatchSettings& settings = asked.deps.configuration.settings.watch;
  auto place = asked.deps.registry.TakeWatchersPlace(settings.at_once, asked.request.person,
                                                     settings.per_person);
  if (!place) {
    return Refuse(release::kBusy, fmt::format("watch: {}; try later", place.error().message()));
  }
  auto view = asked.deps.registry.Look(record->id);
  if (!view) {
    return Refuse(release::kUnusable,
                  fmt::format("watch: {} has just ended", run::LabelOf(*record)));
  }
  auto follower = record::Follower::Open(asked.deps.recordings, record->id);
  if (!follower) {
    const bool none = follower.error().code() == base::Code::kNotFound;
    return Refuse(release::kUnusable,
                  fmt::format("watch: {}: {}", run::LabelOf(*record),
                              none ? "it is not recorded, so it cannot be watched"
                                   : follower.error().message()));
  }
  auto signals = base::OpenSignalFd(base::SignalSet({SIGTERM}));
  if (!signals) return Refuse(release::kLost, "watch: " + signals.error().message());
  auto sockets = SessionSockets::Make(asked.request.start.pty.has_value());
  if (!sockets) return Refuse(release::kLost, "watch: " + sockets.error().message());
  return Prepared{*record,
                  *grant,
                  std::move(*place),
                  std::move(*view),
                  std::move(*follower),
                  std::move(*signals),
                  std::move(*sockets)};
}

}  // namespace

int StartWatch(Asked& asked, const std::vector<std::string>& words) {
  if (words.size() != 2 || words[1].empty()) {
    return asked.Reject(
        {release::kUsage, "oneoff@: watch takes the id of a run, its beginning, or last"});
  }
  auto prepared = Prepare(asked, words[1]);
  if (!prepared) return asked.Reject(prepared.error());
  const run::RunRecord& record = prepared->record;
  SessionSockets* const sockets = &prepared->sockets;
  const config::WatchSettings& settings = asked.deps.configuration.settings.watch;
  if (auto told = RecordWatch(asked, prepared->grant, record); !told) {
    return asked.Reject(told.error());
  }

  sockets->Start(asked, record.id);
  run::Watch watch(prepared->grant,
                   {.label = run::LabelOf(record),
                    .view = std::move(prepared->view),
                    .follower = std::move(prepared->follower),
                    .signals = std::move(prepared->signals),
                    .control = std::move(sockets->control.second),
                    .terminal = std::move(sockets->terminal),
                    .out = std::move(sockets->out),
                    .err = std::move(sockets->err),
                    .place = std::move(prepared->place)},
                   {.patience = settings.patience, .behind = settings.behind}, asked.deps.clock);
  if (!asked.BecomeWatch(watch.fds(), "watch")) return 1;
  watch.Run();
  return 0;
}

}  // namespace launcher
