// FindRun: the run that a person means by an id, the beginning of one, or "last".
#ifndef ONEOFF_GATEWAY_LAUNCHER_FOUND_RUN_H_
#define ONEOFF_GATEWAY_LAUNCHER_FOUND_RUN_H_

#include <string>

#include "authz/policy.h"
#include "gateway/launcher/asked.h"
#include "gateway/run/registry.h"
#include "release/refusal.h"

namespace launcher {

struct FoundRun {
  run::RunState state;
  std::string rule;    // the entry of "over_runs" that allows the act; empty: the person's own run
  bool ended = false;  // its supervisor has ended

  std::string label() const { return run::LabelOf(state.record); }
};

// Which runs an act can be done to.
enum class Among { kLive, kAll };

// Looks only at runs to which the person may do `act`, and with "last" only at the person's own, of
// which the newest counts. kNoSuchRelease: no run fits; kUsage: several ids begin with `id`. `verb`
// begins the message.
release::Outcome<FoundRun> FindRun(const Asked& asked, authz::RunAct act, Among among,
                                   const std::string& verb, const std::string& id);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_FOUND_RUN_H_
