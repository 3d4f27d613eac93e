// ExportPipe: a command that reads records on its standard input, and how much it has read.
//
// This process keeps the pipe's read end too, so it can count what the command left unread when it
// exits.
//
// It runs in the exporter. "Read" is what the kernel's pipe no longer holds (FIONREAD): a command
// that has read a line and then crashes has taken it.
#ifndef ONEOFF_GATEWAY_AUDIT_EXPORT_PIPE_H_
#define ONEOFF_GATEWAY_AUDIT_EXPORT_PIPE_H_

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/child.h"
#include "base/identity.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/audit/exporter.h"

namespace audit {

class ExportPipe {
 public:
  // Starts `command`, as `user` if there is one. kDenied if neither root nor this process's user
  // owns the file, or if others may write it; kInvalid if the path is not absolute.
  // `command` is not empty. The child leaves this process's session, dies with it
  // (PR_SET_PDEATHSIG, prctl(2)), and has PATH and LANG only; stdout is /dev/null, and stderr is
  // this process's. 127 is its status if it cannot be executed.
  static base::Result<ExportPipe> Start(const std::vector<std::string>& command,
                                        std::optional<base::Identity> user);

  // Takes a record to be written. Only while full() is false.
  // A newline is added. The line must contain none.
  void Add(const ExportPosition& record, std::string_view line);
  bool full() const { return unwritten_.size() > kMost; }
  // Writes as much as the pipe takes now.
  // Does not block. An error counts as a full pipe; the child's end tells the caller.
  void Write();
  // Closes the pipe: the command reads end of file after the records that it was given.
  void Finish() { to_.Reset(); }

  // Returns the last record that the command has read since the last call; nullopt: none.
  std::optional<ExportPosition> Taken();

  int fd() const { return to_.get(); }  // to poll while wants_to_write()
  bool wants_to_write() const { return to_ && !unwritten_.empty(); }
  bool drained() const { return unwritten_.empty() && given_.empty(); }
  base::Child& child() { return child_; }

 private:
  struct Given {
    std::uint64_t end = 0;  // offset after its newline, in bytes of all that was added
    ExportPosition record;
  };
  static constexpr std::size_t kMost = 1U << 16;  // bytes

  ExportPipe() = default;

  base::Child child_;
  base::UniqueFd to_;
  base::UniqueFd from_;
  std::string unwritten_;
  std::uint64_t written_ = 0;  // bytes
  std::uint64_t added_ = 0;    // bytes
  std::deque<Given> given_;    // not read by the command yet
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EXPORT_PIPE_H_
