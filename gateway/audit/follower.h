// Follower: reads the records of a log in order, from some record on, while the log is written.
// Later calls return what has been added.
//
// It checks nothing (verify.h does) and takes no lock. Skips lines that are not records.
//
// `oneoff audit show --follow` and the exporter use it. It polls: it never waits for a file to
// change. A file is left for the next one as soon as a next one exists and its lines are read.
#ifndef ONEOFF_GATEWAY_AUDIT_FOLLOWER_H_
#define ONEOFF_GATEWAY_AUDIT_FOLLOWER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace audit {

class Follower {
 public:
  struct Line {
    std::string file;
    std::uint64_t number = 0;  // line in the file, from 1
    std::uint64_t seq = 0;
    std::string_view bytes;  // without the newline; valid until the next Next()
  };

  // Opens the log in `directory`, after the record `after`. `file` is the file that may contain
  // that record: older files are not read. Empty: reads all files.
  // Errors are those of the folder. A log without files is no error.
  static base::Result<Follower> Open(const std::string& directory, std::uint64_t after = 0,
                                     std::string file = {});

  // nullopt: no further record for now.
  // Records whose number is not above the last one are skipped, so a replayed line is not returned.
  // kDenied if a log file is no regular file.
  base::Result<std::optional<Line>> Next();

 private:
  Follower(base::UniqueFd directory, std::uint64_t after, std::string file)
      : directory_(std::move(directory)), last_(after), name_(std::move(file)) {}

  // Returns the next complete line of the open file; nullopt: there is none yet.
  base::Result<std::optional<std::string_view>> NextLine();
  // Opens the next file; false if there is none.
  base::Result<bool> OpenNext();

  base::UniqueFd directory_;
  std::uint64_t last_ = 0;  // of the last returned record
  std::string name_;        // name of file_; before that, the first file to open
  base::UniqueFd file_;
  std::string buffer_;
  std::size_t used_ = 0;      // bytes of buffer_ in returned lines
  std::uint64_t number_ = 0;  // number of the last line that was read
  bool skipping_ = false;     // in the rest of a line that is too long
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_FOLLOWER_H_
