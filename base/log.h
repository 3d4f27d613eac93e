// Log: messages of a library to the operator. The executable passes it in. Messages may be lost.
#ifndef ONEOFF_BASE_LOG_H_
#define ONEOFF_BASE_LOG_H_

#include <functional>
#include <string>

namespace base {

// kInfo: normal work. kWarning: the process goes on, and the operator should look at it. kError:
// work that failed.
enum class Level { kInfo, kWarning, kError };

// `line` has no newline, and a peer's data in it is already quoted. It has no time and no name of
// the process: the executable's logger adds both.
using Log = std::function<void(Level level, const std::string& line)>;

}  // namespace base

#endif  // ONEOFF_BASE_LOG_H_
