#include "gateway/launcher/run_limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "gateway/launcher/kept_runs.h"
#include "gateway/run/registry.h"

namespace launcher {

release::Outcome<void> CheckLimits(const Asked& asked, const release::App& app) {
  const auto runs = asked.deps.registry.ListAdmitted();
  if (!runs) return release::Refuse(release::kBusy, runs.error().message());
  // ListAdmitted may contain runs that have ended. Only near the limit is each one checked.
  const auto count = [&](std::int64_t limit, const auto& counts) {
    auto n = std::count_if(runs->begin(), runs->end(), counts);
    if (n < limit) return n;
    return std::count_if(runs->begin(), runs->end(), [&](const run::RunRecord* run) {
      return counts(run) && asked.deps.registry.IsAlive(run->id);
    });
  };
  const std::int64_t most_of_app = app.limits.runs;
  const std::int64_t most_of_person = asked.deps.configuration.settings.runs_per_person;
  const auto of_app =
      count(most_of_app, [&](const run::RunRecord* run) { return run->app == app.name; });
  if (of_app >= most_of_app) {
    return release::Refuse(
        release::kBusy, fmt::format("{}: {} runs are under way, which is its limit; see them: {}",
                                    app.name, of_app, asked.Typed("oneoff", "ps")));
  }
  const std::int64_t share = release::ShareOfPerson(app.limits);
  const auto of_both = count(share, [&](const run::RunRecord* run) {
    return run->app == app.name && run->person == asked.request.person;
  });
  if (of_both >= share) {
    return release::Refuse(
        release::kBusy,
        fmt::format("{}: {} of your runs are under way, which is one person's share of "
                    "this app's {}; see them: {}{}",
                    app.name, of_both, most_of_app, asked.Typed("oneoff", "ps"),
                    DescribeKeptRuns(asked)));
  }
  const auto of_person = count(most_of_person, [&](const run::RunRecord* run) {
    return run->person == asked.request.person;
  });
  if (of_person >= most_of_person) {
    return release::Refuse(
        release::kBusy,
        fmt::format("{}: {} of your runs are under way, which is the limit for a person; "
                    "see them: {}{}",
                    asked.request.person, of_person, asked.Typed("oneoff", "ps"),
                    DescribeKeptRuns(asked)));
  }
  return {};
}

}  // namespace launcher
