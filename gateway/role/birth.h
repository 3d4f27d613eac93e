// How a process of the gateway comes to be: ForkAs, for one that its parent forks, and Assume, for
// one that goes on in another role. In both, nothing of the role is put in force in part: a step
// that fails ends the birth.
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

// What the table cannot know: of this one process.
struct Birth {
  // Descriptors above 2 that it keeps; negative ones count for nothing.
  std::vector<int> keep = {};
  // The user that it becomes; nullopt: its parent's (a role of kParents; development mode).
  std::optional<base::Identity> user = {};
  // What becomes its descriptor 2 (ChildLog::Open); -1: that stays its parent's.
  int log = -1;
  // For Landlock::kFolders: of these and all below; descriptors of `keep`.
  std::vector<int> folders = {};
  // What only the parent's privileges can do. Runs after every other descriptor is closed.
  std::function<base::Result<void>()> first = {};
};

// Compiles the filter of system calls, in a process whose children will need it: each child of one
// that has not done this does it for itself.
void PrepareFilter(Calls calls);

// A child that runs `body` in its role and exits with what that returns. Its log is that of
// Birth::log, if it has one, else `log`. One that cannot be confined says so there and exits with
// kNotConfined.
using Body = std::function<int(const base::Log& log)>;
base::Result<base::Child> ForkAs(const Role& role, const Birth& birth, const base::Log& log,
                                 const Body& body);
inline constexpr int kNotConfined = 71;

// This process, which keeps all that it has open, takes on the user, the capabilities and the calls
// of `role`: for one that was executed. nullopt: it stays who it is.
base::Result<void> AssumeIdentity(const Role& role, const std::optional<base::Identity>& user);

// This process takes on `role` from here on: its title, user, capabilities, files, system calls.
// Descriptors that the birth does not name are closed. After an error it must not go on.
base::Result<void> Assume(const Role& role, const Birth& birth);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_BIRTH_H_
