// Changes root's process to another user, and drops capabilities. No other code does either.
#ifndef ONEOFF_BASE_IDENTITY_H_
#define ONEOFF_BASE_IDENTITY_H_

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace base {

// The ids of a user as a process needs them. The default is root.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;              // the primary group
  std::vector<gid_t> groups;  // in addition to `gid`
};

// A set of capabilities(7): the bit 1 << CAP_KILL for CAP_KILL, and so on.
using Capabilities = std::uint64_t;

// Takes on `groups`, `gid` and `uid` (real, effective and saved) for good, keeps `kept` of its
// capabilities, and verifies the result. Without root it succeeds only if uid and gid are these
// already (else EPERM); groups and capabilities then stay as they are. With uid 0 and no `kept` the
// process keeps all capabilities. Keeps the parent-death signal (PR_SET_PDEATHSIG), which the
// kernel clears when the ids change. Async-signal-safe. Returns 0, or the errno of the step that
// failed; then the process may have changed in part, and must end.
int BecomeUser(uid_t uid, gid_t gid, std::span<const gid_t> groups, Capabilities kept = 0);

// Drops every permitted and effective capability that is not in `kept`. The inheritable and the
// bounding set, which count when a program is executed, stay. Async-signal-safe. Returns 0 or an
// errno.
int KeepCapabilities(Capabilities kept);

}  // namespace base

#endif  // ONEOFF_BASE_IDENTITY_H_
