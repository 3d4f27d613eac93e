// LIB/variables_key: the key for the digests of clients' variables in the audit log.
//
// The audit log names a client's variables with a keyed digest of each value (audit::KeyedDigest),
// so that two values can be compared, and a short one cannot be guessed from the log.
#ifndef ONEOFF_GATEWAY_LAUNCHER_VARIABLES_KEY_H_
#define ONEOFF_GATEWAY_LAUNCHER_VARIABLES_KEY_H_

#include <string>

#include "base/result.h"

namespace launcher {

// Makes the file (mode 0600, owned by root). An existing file stays.
// Called by the broker at start. An existing file is not read, so a damaged one is not noticed
// here.
base::Result<void> MakeVariablesKey(const std::string& lib);
// kNotFound without the file; kDenied if another user can write to it; kTooLarge above 4 KiB.
base::Result<std::string> ReadVariablesKey(const std::string& lib);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_VARIABLES_KEY_H_
