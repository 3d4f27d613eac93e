// Lease: a shared lock (flock(2)) on a release's directory, held for as long as something runs in
// it. A deploy tool that cleans up with `flock -n -x releases/ID rm -rf releases/ID` leaves it
// alone.
#ifndef ONEOFF_RELEASE_LEASE_H_
#define ONEOFF_RELEASE_LEASE_H_

#include "base/unique_fd.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"

namespace release {

// The directory of `snapshot`, open and locked; the lock goes with the last copy of the descriptor.
// The app's user's process calls this. kUnusable if somebody holds it exclusively, which is a
// clean-up, or if it was removed in the meantime. Where it cannot be opened or locked for another
// reason (a file system that knows no locks), the run may be without: that is a warning of the
// snapshot, and the descriptor may be none.
Outcome<base::UniqueFd> TakeLease(const App& app, ReleaseSnapshot& snapshot);

// Whether the directory that `lease` is open on was removed. False for none.
bool IsGone(const base::UniqueFd& lease);

}  // namespace release

#endif  // ONEOFF_RELEASE_LEASE_H_
