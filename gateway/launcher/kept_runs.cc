#include "gateway/launcher/kept_runs.h"

#include <fmt/format.h>

#include "base/text.h"

namespace launcher {
namespace {

constexpr std::size_t kMostNamed = 5;

// The person's live runs that no client has.
std::vector<run::RunState> Alone(const Asked& asked) {
  std::vector<run::RunState> alone;
  const auto records = asked.deps.registry.ListRecords();
  if (!records) return alone;
  for (const run::RunRecord* record : *records) {
    if (record->person != asked.request.person) continue;
    auto state = asked.deps.registry.Find(record->id);
    if (!state || !state->supervised || state->ending) continue;
    if (!state->attached()) alone.push_back(std::move(*state));
  }
  return alone;
}

}  // namespace

std::vector<std::string> KeptRunsOf(const Asked& asked, const std::string& app) {
  std::vector<std::string> lines;
  for (const run::RunState& state : Alone(asked)) {
    if (state.record.app != app || !state.attachment || !state.attachment->lost) continue;
    if (lines.size() == kMostNamed) break;
    const run::RunRecord& record = state.record;
    const bool terminal = record.terminal.value_or(false);
    lines.push_back(fmt::format(
        "oneoff: your connection to run {} was lost, and it goes on ({}); come back: {}", record.id,
        base::Escape(record.command, 100),
        asked.Typed("oneoff", "attach " + record.id, terminal ? "-t" : "")));
  }
  return lines;
}

std::string DescribeKeptRuns(const Asked& asked) {
  std::vector<std::string> names;
  for (const run::RunState& state : Alone(asked)) {
    if (names.size() == kMostNamed) break;
    names.push_back(state.record.id);
  }
  if (names.empty()) return {};
  return fmt::format("; these go on without a client: {}; end one: {}", base::Join(names, ", "),
                     asked.Typed("oneoff", "stop RUN"));
}

}  // namespace launcher
