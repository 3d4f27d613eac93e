// Landlock: restricts which files a process may still open (landlock(7)). A restriction is
// irrevocable.
//
// The functions use the rights that the running kernel knows. A kernel without Landlock restricts
// nothing; then the system-call filter and the process's user still hold (docs/architecture.md).
#ifndef ONEOFF_GATEWAY_ROLE_LANDLOCK_H_
#define ONEOFF_GATEWAY_ROLE_LANDLOCK_H_

#include <vector>

#include "base/result.h"

namespace role {

// The version of the kernel's Landlock interface; 0 without Landlock.
int LandlockVersion();

// From here on the process can open only files in /proc, for reading. Open descriptors stay as they
// are. kSystem if the kernel refuses.
base::Result<void> RestrictToProc();
// As RestrictToProc, but for the directories with the descriptors `folders`: reading, writing,
// creating and removing.
base::Result<void> RestrictTo(const std::vector<int>& folders);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_LANDLOCK_H_
