// ProcessRecords: the folder of what `oneoff exec` has given to the processes that it became.
//
// Root's (RUN/processes, with the key in LIB) is believed; one in a user's own temporary folder is
// that user's word, and is called self-declared.
#ifndef ONEOFF_GATEWAY_RUN_PROCESS_RECORDS_H_
#define ONEOFF_GATEWAY_RUN_PROCESS_RECORDS_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/run/process_record.h"

namespace run {

class ProcessRecords {
 public:
  struct Place {
    std::string folder;    // of the records
    std::string key_file;  // LIB/parity.key
  };
  static Place Trusted(const std::string& run, const std::string& lib);
  // $XDG_RUNTIME_DIR/oneoff of the user, else /tmp/oneoff-UID.
  static Place OfUser(uid_t uid);

  // Makes what is missing; kDenied where somebody else could have put something there.
  static base::Result<ProcessRecords> Make(const Place& place);
  // kNotFound if nothing was ever recorded there.
  static base::Result<ProcessRecords> Open(const Place& place);

  const std::string& key() const { return key_; }

  // For this process, which becomes the command that `record` is about: fills in its pid and its
  // start. What is about processes that are gone is removed.
  base::Result<void> Write(ProcessRecord record) const;
  // Of the processes that live, oldest first. Files that are no records are passed over.
  std::vector<ProcessRecord> List() const;

 private:
  ProcessRecords(base::UniqueFd folder, std::string key)
      : folder_(std::move(folder)), key_(std::move(key)) {}

  base::UniqueFd folder_;
  std::string key_;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PROCESS_RECORDS_H_
