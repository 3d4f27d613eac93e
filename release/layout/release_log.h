// ReleaseLog: what deploy tools write down about their releases.
#ifndef ONEOFF_RELEASE_LAYOUT_RELEASE_LOG_H_
#define ONEOFF_RELEASE_LAYOUT_RELEASE_LOG_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

// The release that `log`, Capistrano's revisions.log, names before the last mention of `current`;
// empty if it names none of `ids`.
std::string PreviousInLog(std::string_view log, std::string_view current,
                          const std::vector<std::string>& ids);

// The releases that `log`, Deployer's .dep/releases_log, names: a JSON object a line, with a
// "release_name"; its last 300 lines count, as for Deployer. Only those of `ids`, in the log's
// order, one that is named again where it is named last.
std::vector<std::string> ReleasesInLog(std::string_view log, const std::vector<std::string>& ids);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_RELEASE_LOG_H_
