// Store: LIB/recordings, a folder a recording, named after its run. It belongs to the recorder,
// with all that is in it, and nobody else gets in.
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
  // Makes the folder if it is missing. `owner` nullopt: this process's own user.
  static base::Result<Store> Open(const std::string& lib, std::optional<Owner> owner);
  // To read what is there; nothing is made.
  static base::Result<Store> OpenToRead(const std::string& lib);

  int fd() const { return folder_.get(); }

  // A new recording with everything that its writer needs. Nothing is left of one that fails:
  // kUnavailable if less than RoomFor(reserve, 0) is free.
  base::Result<Writer> Create(const About& about, const Terms& terms,
                              const base::Clock& clock) const;
  // The ids, sorted.
  base::Result<std::vector<std::string>> List() const;
  // With all that is in it; one that is not there is gone already.
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

// The name of a recording: at least 8 of a to z and 0 to 9.
bool IsRecordingId(std::string_view name);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_STORE_H_
