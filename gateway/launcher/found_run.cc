#include "gateway/launcher/found_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace launcher {
namespace {

using release::Outcome;
using release::Refuse;

constexpr std::size_t kLengthOfId = 8;

bool IsId(const std::string& text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  return text.size() <= kLengthOfId && text.find_first_not_of(kLetters) == std::string::npos;
}

// All runs that `id` may mean.
Outcome<std::vector<FoundRun>> Candidates(const Asked& asked, Among among, const std::string& id) {
  const run::Registry& registry = asked.deps.registry;
  std::vector<FoundRun> found;
  // A whole id needs no list.
  if (id.size() == kLengthOfId) {
    // A run whose supervisor has ended stays in the registry until its end is in the audit log.
    if (auto state = registry.Find(id); state && (state->supervised || among == Among::kAll)) {
      const bool ended = !state->supervised;
      found.push_back({std::move(*state), {}, ended});
    } else if (auto ended = registry.FindEnded(id); ended && among == Among::kAll) {
      found.push_back({std::move(*ended), {}, true});
    }
    return found;
  }
  auto runs = among == Among::kAll ? registry.ListAll() : registry.List();
  if (!runs) return Refuse(release::kLost, runs.error().message());
  for (run::RunState& state : *runs) {
    const bool ended = !state.supervised;
    if (!ended || among == Among::kAll) found.push_back({std::move(state), {}, ended});
  }
  return found;
}

}  // namespace

Outcome<FoundRun> FindRun(const Asked& asked, authz::RunAct act, Among among,
                          const std::string& verb, const std::string& id) {
  const bool last = id == "last";
  std::vector<FoundRun> fitting;
  if (last || IsId(id)) {
    auto candidates = Candidates(asked, among, id);
    if (!candidates) return tl::unexpected(candidates.error());
    for (FoundRun& run : *candidates) {
      const run::RunRecord& record = run.state.record;
      if (!last && !record.id.starts_with(id)) continue;
      // "last" means the person's own run.
      if (last && record.person != asked.request.person) continue;
      const auto rule =
          asked.deps.configuration.policy.MayManage(act, asked.Who(), record.app, record.person);
      if (!rule) continue;
      run.rule = *rule;
      fitting.push_back(std::move(run));
    }
  }
  const std::string typed = asked.Typed("oneoff", among == Among::kAll ? "ps --all" : "ps");
  if (fitting.empty()) {
    return Refuse(release::kNoSuchRelease,
                  fmt::format("{}: no run of yours is called {}; list them: {}", verb,
                              base::Quote(id, 40), typed));
  }
  const auto newest =
      std::max_element(fitting.begin(), fitting.end(), [](const FoundRun& a, const FoundRun& b) {
        return a.state.record.started_ms < b.state.record.started_ms;
      });
  if (last || fitting.size() == 1) return std::move(*newest);
  return Refuse(release::kUsage,
                fmt::format("{}: the ids of several runs begin with {}; list them: "
                            "{}",
                            verb, base::Quote(id, 40), typed));
}

}  // namespace launcher
