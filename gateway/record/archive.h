// Archive: closes the recording of an ended run. Its files are compressed in place, in the form
// that sudoreplay reads, and its state file is removed.
#ifndef ONEOFF_GATEWAY_RECORD_ARCHIVE_H_
#define ONEOFF_GATEWAY_RECORD_ARCHIVE_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/record/state.h"
#include "gateway/record/store.h"

namespace record {

// Whether the recording is not archived yet.
bool IsOpen(const Store& store, const std::string& id);

// Returns the files' sizes and digests from the recording's last state. If the writer could not
// write that, measures the files.
base::Result<std::vector<Extent>> FinalExtents(const Store& store, const std::string& id);

// Whether MarkTold has noted that the recording's end is in the audit log.
bool IsTold(const Store& store, const std::string& id);
base::Result<void> MarkTold(const Store& store, const std::string& id);

// Compresses each file that is worth it, in one atomic step, marks all files as archived and
// removes the state. log and log.json stay plain. Continues an interrupted compression.
base::Result<void> Compress(const Store& store, const std::string& id);

// An archived recording, for pruning.
struct Archived {
  std::string id;
  base::WallTime ended;     // time of archiving
  std::uint64_t bytes = 0;  // on the disk
};
// Oldest first. Unreadable recordings are left out.
base::Result<std::vector<Archived>> ListArchived(const Store& store);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_ARCHIVE_H_
