// Trusted paths: folders that only root or this process's own user can have changed. Comparable to
// StrictModes in sshd_config(5).
#ifndef ONEOFF_BASE_TRUSTED_PATH_H_
#define ONEOFF_BASE_TRUSTED_PATH_H_

#include <string>

#include "base/result.h"

namespace base {

// kDenied, with the folder and the fault, if `folder` or a folder above it belongs to a user other
// than root and this process's own, or if other users may write to it. A folder above may have the
// sticky bit instead (/tmp). Follows links: checks the folders that the path names and those that
// the links lead to. kNotFound if it does not exist. The message says which chown or chmod repairs
// it. Of a relative path only the real folders are checked.
//
// What was checked stays so: other users than the two can change nothing on the path afterwards.
// The files in `folder` are not checked: see Ownership::kTrusted in base/file.h.
Result<void> CheckTrustedFolder(const std::string& folder);

}  // namespace base

#endif  // ONEOFF_BASE_TRUSTED_PATH_H_
