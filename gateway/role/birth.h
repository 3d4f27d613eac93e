// How a process of the gateway takes its role: ForkAs for a child, Assume for a process that goes
// on in another role. Both put the whole role in force or fail.
#ifndef ONEOFF_GATEWAY_ROLE_BIRTH_H_
#define ONEOFF_GATEWAY_ROLE_BIRTH_H_

#include <functional>
#include <optional>
#include <vector>

#include "base/child.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/result.h"
#include "gateway/role/role.h"

namespace role {

// What differs between processes of the same role, and so is not in the table.
struct Birth {
  // Descriptors above 2 that the process keeps. Negative ones are ignored.
  std::vector<int> keep = {};
  // The user that the process becomes. nullopt: its parent's (a role of kParents, or development
  // mode).
  std::optional<base::Identity> user = {};
  // The descriptor that becomes its descriptor 2 (ChildLog::Open). -1: descriptor 2 stays its
  // parent's.
  int log = -1;
  // For Landlock::kFolders: descriptors of the folders, which are also in `keep`.
  std::vector<int> folders = {};
  // Work that needs the parent's privileges. Runs after every other descriptor is closed.
  std::function<base::Result<void>()> first = {};
};

// Compiles the system-call filter once, in a process that forks children with it. Without this
// call, each child compiles the filter itself.
void PrepareFilter(Calls calls);

// Forks a child that runs `body` in `role` and exits with what `body` returns. The child logs to
// Birth::log if there is one, else to `log`. A child that cannot take its role logs the reason and
// exits with kNotConfined. The caller owns the Child.
using Body = std::function<int(const base::Log& log)>;
base::Result<base::Child> ForkAs(const Role& role, const Birth& birth, const base::Log& log,
                                 const Body& body);
inline constexpr int kNotConfined = 71;

// For a process that was executed: takes on the user, capabilities and system-call filter of
// `role`, and keeps all its descriptors. nullopt: it keeps its user. After an error the process
// must not go on.
base::Result<void> AssumeIdentity(const Role& role, const std::optional<base::Identity>& user);

// This process takes on `role`: title, user, capabilities, files and system calls. It closes
// descriptors that the birth does not name. After an error it must not go on.
base::Result<void> Assume(const Role& role, const Birth& birth);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_BIRTH_H_
