// Store: LIB/recordings, with one folder for each recording, named after its run. The recorder's
// user owns all of it; no other user but root can enter.
//
// Launchers create, supervisors write through descriptors only, the archivist compresses and
// removes, `oneoff replay` and `audit verify` read. Folders have mode 0700 and files 0600.
#ifndef ONEOFF_GATEWAY_RECORD_STORE_H_
#define ONEOFF_GATEWAY_RECORD_STORE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/record/about.h"
#include "gateway/record/writer.h"

namespace record {

struct Owner {
  uid_t uid;
  gid_t gid;
};

class Store {
 public:
  // Makes the folder if it is missing. `owner` nullopt: this process's user.
  // Also sets mode and owner of an existing folder. Errors are those of the system calls.
  static base::Result<Store> Open(const std::string& lib, std::optional<Owner> owner);
  // Opens it for reading and makes nothing.
  // kNotFound if there is none.
  static base::Result<Store> OpenToRead(const std::string& lib);

  int fd() const { return folder_.get(); }

  // Makes a recording and returns its writer. On failure nothing is left behind. kUnavailable if
  // less than RoomFor(reserve, 0) is free.
  // `about.run` names the folder; it must not exist. The state's room is allocated (fallocate(2)),
  // where the file system can. The stream files are those that `terms` and a terminal ask for.
  base::Result<Writer> Create(const About& about, const Terms& terms,
                              const base::Clock& clock) const;
  // The ids of all recordings, sorted.
  // At most a million names. Other names are left out.
  base::Result<std::vector<std::string>> List() const;
  // Removes a recording with all its files. A missing recording is no error.
  // Not atomic: a killed process leaves a folder with fewer files, which a next call removes.
  base::Result<void> Remove(const std::string& id) const;

 private:
  Store(base::UniqueFd folder, std::optional<Owner> owner)
      : folder_(std::move(folder)), owner_(owner) {}

  base::Result<void> CheckRoom(std::uint64_t reserve) const;
  base::Result<base::UniqueFd> MakeFile(int folder, const char* name, int flags) const;
  base::Result<Writer> Fill(int folder, const About& about, const Terms& terms,
                            const base::Clock& clock) const;

  base::UniqueFd folder_;
  std::optional<Owner> owner_;
};

// Whether `name` is a valid id: 8 to 32 characters of a to z and 0 to 9.
bool IsRecordingId(std::string_view name);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_STORE_H_
