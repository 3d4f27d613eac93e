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
  bool ended = false;  // it has left the registry of live runs

  // "shop+v42 run 7k2m9xqd": how messages name the run.
  std::string label() const;
};

// Which runs an act is about.
enum class Among { kLive, kAll };

// Looks only at runs to which the person may do `act`; others do not exist for them.
// kNoSuchRelease: there is none; kUsage: the beginnings of several ids are the same. `verb` begins
// the message.
release::Outcome<FoundRun> FindRun(const Asked& asked, authz::RunAct act, Among among,
                                   const std::string& verb, const std::string& id);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_FOUND_RUN_H_
