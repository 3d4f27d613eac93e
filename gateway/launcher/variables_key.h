// LIB/variables_key: the key for the digests of clients' variables in the audit log.
#ifndef ONEOFF_GATEWAY_LAUNCHER_VARIABLES_KEY_H_
#define ONEOFF_GATEWAY_LAUNCHER_VARIABLES_KEY_H_

#include <string>

#include "base/result.h"

namespace launcher {

// Makes the file (mode 0600, owned by root). An existing file stays.
base::Result<void> MakeVariablesKey(const std::string& lib);
base::Result<std::string> ReadVariablesKey(const std::string& lib);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_VARIABLES_KEY_H_
