// What the gateway tells a person about their own runs that go on without a client.
#ifndef ONEOFF_GATEWAY_LAUNCHER_KEPT_RUNS_H_
#define ONEOFF_GATEWAY_LAUNCHER_KEPT_RUNS_H_

#include <string>
#include <vector>

#include "gateway/launcher/asked.h"

namespace launcher {

// A line for each run of the person in the app whose connection was lost: its id, and how to come
// back to it. At most five lines, without line ends.
std::vector<std::string> KeptRunsOf(const Asked& asked, const std::string& app);

// A clause that names up to five runs of the person that no client has, for a person who has too
// many runs: "; these go on without a client: 7k2m9xqd, ...; end one: ssh oneoff@HOST stop RUN".
// Empty if there is none.
std::string DescribeKeptRuns(const Asked& asked);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_KEPT_RUNS_H_
