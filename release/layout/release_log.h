// ReleaseLog: the logs in which deploy tools list their releases.
//
// The functions take hostile texts: a line that they do not understand is skipped, and only names
// among `ids`, the folders that exist, are returned.
#ifndef ONEOFF_RELEASE_LAYOUT_RELEASE_LOG_H_
#define ONEOFF_RELEASE_LAYOUT_RELEASE_LOG_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

// The release before the last mention of `current` in `log`, Capistrano's revisions.log; empty if
// it names none of `ids`.
std::string PreviousInLog(std::string_view log, std::string_view current,
                          const std::vector<std::string>& ids);

// The releases in `log`, Deployer's .dep/releases_log: one JSON object per line, with a
// "release_name". Like Deployer, reads the last 300 lines only. Returns only those of `ids`, in the
// log's order; of a repeated name the last mention counts.
std::vector<std::string> ReleasesInLog(std::string_view log, const std::vector<std::string>& ids);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_RELEASE_LOG_H_
