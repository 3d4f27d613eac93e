// Log: where a library says something to the operator. The executables pass it in; it may be lossy.
#ifndef ONEOFF_BASE_LOG_H_
#define ONEOFF_BASE_LOG_H_

#include <functional>
#include <string>

namespace base {

enum class Level { kInfo, kWarning, kError };

// `line` has no newline; what a peer sent is already quoted in it.
using Log = std::function<void(Level level, const std::string& line)>;

}  // namespace base

#endif  // ONEOFF_BASE_LOG_H_
