// Trusted paths: folders that only root, or this process's own user, could have changed; what
// OpenSSH's StrictModes looks at.
#ifndef ONEOFF_BASE_TRUSTED_PATH_H_
#define ONEOFF_BASE_TRUSTED_PATH_H_

#include <string>

#include "base/result.h"

namespace base {

// kDenied, with the folder and the fault, if `folder` or a folder above it belongs to another user
// than root or this process's own, or if other users may write to it. A folder above may have the
// sticky bit instead (/tmp). Follows links, and looks at both the folders that the path names and
// those that it leads to. kNotFound if it is absent.
Result<void> CheckTrustedFolder(const std::string& folder);

}  // namespace base

#endif  // ONEOFF_BASE_TRUSTED_PATH_H_
