// Lease: a shared lock (flock(2)) on a release's directory. A run holds it until its end. A deploy
// tool that cleans up by `flock -n -x releases/ID rm -rf releases/ID` skips a locked release. A
// tool that does not lock removes the release all the same: the lock is advisory.
#ifndef ONEOFF_RELEASE_LEASE_H_
#define ONEOFF_RELEASE_LEASE_H_

#include "base/unique_fd.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"

namespace release {

// Opens and locks the directory of `snapshot` (the release's, if the app has a "folder" in it). The
// lock ends when the last copy of the descriptor is closed, in any process. The app's user's
// process calls this. Never waits for the lock.
//
// kUnusable if another process holds an exclusive lock (a clean-up does), or if the directory was
// removed in the meantime. If it cannot be opened or locked for another reason (a file system
// without locks), the run goes on: the snapshot gets a warning, and the descriptor may be empty.
Outcome<base::UniqueFd> TakeLease(const App& app, ReleaseSnapshot& snapshot);

// Whether the directory behind `lease` was removed. False for an empty descriptor, and for a folder
// that was only renamed.
bool IsGone(const base::UniqueFd& lease);

}  // namespace release

#endif  // ONEOFF_RELEASE_LEASE_H_
