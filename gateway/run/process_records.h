// ProcessRecords: a folder with a record for each process that `oneoff exec` became.
//
// Records of root (RUN/processes, with the key in LIB) are trusted. Records in a user's own
// temporary folder are that user's claim and are called self-declared.
//
// `oneoff exec` writes, in the process that becomes the app's own. Launchers and `oneoff parity`
// read. A record of a dead process is ignored: its boot id and start time no longer fit.
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
  // /run/user/UID/oneoff if the user has that runtime folder, else /tmp/oneoff-UID.
  static Place OfUser(uid_t uid);

  // Makes missing folders and the key. kDenied if another user could write there.
  // The records' folder has mode 0700. The key is 64 hexadecimal digits, mode 0600; of two
  // processes that make it at once, both use the first one's. kInvalid if the key file is damaged.
  static base::Result<ProcessRecords> Make(const Place& place);
  // kNotFound if no record was ever written there.
  // kDenied if another user can write to the folder or to the key; kInvalid if the key is damaged.
  static base::Result<ProcessRecords> Open(const Place& place);

  const std::string& key() const { return key_; }

  // Writes `record` for this process, which then becomes the recorded command. Fills in pid and
  // start time. Removes the records of processes that have ended.
  base::Result<void> Write(ProcessRecord record) const;
  // Returns the records of live processes, oldest first. Ignores files that are not records.
  // Reads at most 1,000 names, and files of at most 512 KiB that no other user can write to.
  std::vector<ProcessRecord> List() const;

 private:
  ProcessRecords(base::UniqueFd folder, std::string key)
      : folder_(std::move(folder)), key_(std::move(key)) {}

  base::UniqueFd folder_;
  std::string key_;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PROCESS_RECORDS_H_
