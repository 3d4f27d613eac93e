// Follower: the records of a log in their order, from some place on, while it is being written:
// what is there, and, asked again later, what has come since.
//
// It checks nothing (verify.h), and takes no lock. Lines that are no records are passed over.
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
    std::uint64_t number = 0;  // of the line in its file, from 1
    std::uint64_t seq = 0;
    std::string_view bytes;  // without the newline; valid until the next Next()
  };

  // The log in `directory`, from the first record whose sequence number is above `after`; `file` is
  // where that one may be looked for first: no older file is read. Empty: in all of them.
  static base::Result<Follower> Open(const std::string& directory, std::uint64_t after = 0,
                                     std::string file = {});

  // nullopt: nothing more is there for now.
  base::Result<std::optional<Line>> Next();

 private:
  Follower(base::UniqueFd directory, std::uint64_t after, std::string file)
      : directory_(std::move(directory)), last_(after), name_(std::move(file)) {}

  // The next whole line of the open file; nullopt: there is none yet.
  base::Result<std::optional<std::string_view>> NextLine();
  // Goes on to the file behind the open one; false: there is none.
  base::Result<bool> OpenNext();

  base::UniqueFd directory_;
  std::uint64_t last_ = 0;  // the sequence number of the last record that was given out
  std::string name_;        // of file_; of where to begin, if none is open yet
  base::UniqueFd file_;
  std::string buffer_;
  std::size_t used_ = 0;      // of buffer_: lines that were given out
  std::uint64_t number_ = 0;  // of the line that was read last
  bool skipping_ = false;     // what is read belongs to a line that is too long
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_FOLLOWER_H_
