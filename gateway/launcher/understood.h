// Understood: a parsed request with all that the policy needs for its decision, and the functions
// that make one.
#ifndef ONEOFF_GATEWAY_LAUNCHER_UNDERSTOOD_H_
#define ONEOFF_GATEWAY_LAUNCHER_UNDERSTOOD_H_

#include <optional>
#include <string>
#include <vector>

#include "authz/decision.h"
#include "authz/grant.h"
#include "base/unique_fd.h"
#include "gateway/launcher/asked.h"
#include "release/account.h"
#include "release/app.h"
#include "release/command/command_line.h"
#include "release/plan.h"
#include "release/process_spec.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"

namespace launcher {

struct Understood {
  const release::App* app = nullptr;
  release::CommandLine line;
  release::Account account;
  release::ReleaseSnapshot snapshot;
  base::UniqueFd lease;  // keeps the release's directory; may be invalid
  release::Plan plan;
  // "same", or "different: " and the differences from the running web process. Empty without one.
  std::string parity;
  authz::Request question;
  bool pty = false;
};

// All that needs no look at the release. A command that is refused here costs no process.
release::Outcome<Understood> Understand(const Asked& asked);
// The denial of a command that the policy denies in every release: then no release is read.
std::optional<authz::Denial> DenyUnread(const Asked& asked, const Understood& understood);
// Fills in account, snapshot, lease, plan and question.
release::Outcome<void> ReadRelease(const Asked& asked, Understood& understood);

// The process that the command would be. `run_id` may be empty.
release::Outcome<release::ProcessParts> Describe(const Asked& asked, const Understood& understood,
                                                 const authz::Grant& grant,
                                                 const std::string& run_id);
// The variables that the client sends and the rule does not accept.
std::vector<std::string> LeftOut(const Asked& asked, const authz::Grant& grant);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_UNDERSTOOD_H_
