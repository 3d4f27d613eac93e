// Archive: closes the recording of an ended run. Its files are compressed in place, in the form
// that sudoreplay reads, and its state file is removed.
//
// The archivist calls these, one after the other: FinalExtents, MarkTold, Compress. A kill between
// any two is harmless. `id` must be a recording's id; errors of files carry its name.
#ifndef ONEOFF_GATEWAY_RECORD_ARCHIVE_H_
#define ONEOFF_GATEWAY_RECORD_ARCHIVE_H_

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/record/state.h"
#include "gateway/record/store.h"

namespace record {

// Waits until no other process archives or prunes recordings of the store; calls `waits` before it
// has to. The lock is held as long as the descriptor lives. kSystem if the folder cannot be opened.
base::Result<base::UniqueFd> LockForArchiving(const Store& store,
                                              const std::function<void()>& waits);

// Whether the recording is not archived yet.
// True as long as the state file exists.
bool IsOpen(const Store& store, const std::string& id);

// Returns the files' sizes and digests from the recording's last state. If the writer could not
// write that, measures the files.
// Sizes and digests are of the plain bytes, also for a compressed file.
base::Result<std::vector<Extent>> FinalExtents(const Store& store, const std::string& id);

// Whether MarkTold has noted that the recording's end is in the audit log.
bool IsTold(const Store& store, const std::string& id);
// Takes the owner's write permission from the state file, which Compress removes.
base::Result<void> MarkTold(const Store& store, const std::string& id);

// Compresses each file that is worth it, in one atomic step, marks all files as archived and
// removes the state. log and log.json stay plain. Continues an interrupted compression.
// gzip level 1, synced, then renamed. A file of at most 4 KiB stays plain, unless it begins like
// gzip.
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
