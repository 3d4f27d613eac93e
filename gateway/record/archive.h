// Archive: what becomes of a recording when its run is over: its files are compressed in place, as
// sudoreplay reads them, and its state is removed.
#ifndef ONEOFF_GATEWAY_RECORD_ARCHIVE_H_
#define ONEOFF_GATEWAY_RECORD_ARCHIVE_H_

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/record/state.h"
#include "gateway/record/store.h"

namespace record {

// Whether the recording still has to be archived.
bool IsOpen(const Store& store, const std::string& id);

// What its writer said at its end; if that was lost, what its files hold now.
base::Result<std::vector<Extent>> FinalExtents(const Store& store, const std::string& id);

// Whether the audit log holds the recording's end, once MarkTold has said so.
bool IsTold(const Store& store, const std::string& id);
base::Result<void> MarkTold(const Store& store, const std::string& id);

// Compresses every file that is worth it, each in one step, marks all of them as archived, and
// removes the state. log and log.json stay as they are. One that was begun before is gone on with.
base::Result<void> Compress(const Store& store, const std::string& id);

// A recording that is archived, as pruning looks at it.
struct Archived {
  std::string id;
  base::WallTime ended;     // when it was archived
  std::uint64_t bytes = 0;  // on the disk
};
// The oldest first. What cannot be read is left out.
base::Result<std::vector<Archived>> ListArchived(const Store& store);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_ARCHIVE_H_
