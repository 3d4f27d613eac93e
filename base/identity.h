// How a process of root becomes another user, and how one gives up capabilities: the only place
// that does either.
#ifndef ONEOFF_BASE_IDENTITY_H_
#define ONEOFF_BASE_IDENTITY_H_

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace base {

struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // beside `gid`
};

// A set of capabilities(7), a bit each.
using Capabilities = std::uint64_t;

// Takes on `groups`, `gid` and `uid` (real, effective and saved) for good, keeps `kept` of the
// capabilities that it has, and looks whether all of that is so. Without root it succeeds only if
// uid and gid are these already; groups and capabilities stay as they are then. The signal at the
// parent's death (PR_SET_PDEATHSIG) stays set. Async-signal-safe. Returns 0, or the errno of the
// step that failed.
int BecomeUser(uid_t uid, gid_t gid, std::span<const gid_t> groups, Capabilities kept = 0);

// Gives up every permitted and effective capability that is not in `kept`; the inheritable and the
// bounding set, which an executed program starts from, stay. Async-signal-safe. Returns 0 or an
// errno.
int KeepCapabilities(Capabilities kept);

}  // namespace base

#endif  // ONEOFF_BASE_IDENTITY_H_
