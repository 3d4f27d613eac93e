// Lets a person watch a run: finds it, records that, and becomes the watch.
#ifndef ONEOFF_GATEWAY_LAUNCHER_WATCH_START_H_
#define ONEOFF_GATEWAY_LAUNCHER_WATCH_START_H_

#include <string>
#include <vector>

#include "gateway/launcher/asked.h"

namespace launcher {

// `words` is "watch" and the run's id, its beginning, or "last". Serves the watcher to the end.
// Returns the exit status of this process.
int StartWatch(Asked& asked, const std::vector<std::string>& words);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_WATCH_START_H_
