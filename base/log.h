// Log: messages of a library to the operator. The executable passes it in. Messages may be lost.
#ifndef ONEOFF_BASE_LOG_H_
#define ONEOFF_BASE_LOG_H_

#include <functional>
#include <string>

namespace base {

enum class Level { kInfo, kWarning, kError };

// `line` has no newline, and a peer's data in it is already quoted.
using Log = std::function<void(Level level, const std::string& line)>;

}  // namespace base

#endif  // ONEOFF_BASE_LOG_H_
