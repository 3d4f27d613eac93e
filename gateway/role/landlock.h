// Landlock: which files a process may still open, by landlock(7). Irrevocable.
//
// Rights follow what the running kernel knows of them. A kernel without Landlock restricts nothing.
// The filter of system calls and the process's user still hold then (docs/architecture.md).
#ifndef ONEOFF_GATEWAY_ROLE_LANDLOCK_H_
#define ONEOFF_GATEWAY_ROLE_LANDLOCK_H_

#include <vector>

#include "base/result.h"

namespace role {

// The version of the kernel's interface; 0 without Landlock.
int LandlockVersion();

// From here on nothing can be opened but what is in /proc, to read. Descriptors that are open stay
// as they are.
base::Result<void> RestrictToProc();
// The same, but what is in the directories that are open as `folders`: to read, write, make and
// remove.
base::Result<void> RestrictTo(const std::vector<int>& folders);

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_LANDLOCK_H_
