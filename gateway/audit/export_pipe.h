// ExportPipe: a command that reads records on its standard input, and how far it has read.
//
// This process keeps the pipe's other end as well: what the command has left in it is known when it
// ends.
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
  // Starts `command`, as `user` if there is one. kDenied if the file is neither root's nor this
  // process's user's, or others may write it; kInvalid if it is no absolute path.
  static base::Result<ExportPipe> Start(const std::vector<std::string>& command,
                                        std::optional<base::Identity> user);

  // Takes a record to be written. Only when it is not full.
  void Add(const ExportPosition& record, std::string_view line);
  bool full() const { return unwritten_.size() > kMost; }
  // Writes what the pipe takes now.
  void Write();
  // Nothing more is to come: the command reads an end of file behind what it was given.
  void Finish() { to_.Reset(); }

  // The last record that the command has read since this was last asked; nullopt: none.
  std::optional<ExportPosition> Taken();

  int fd() const { return to_.get(); }  // to be waited for while wants_to_write()
  bool wants_to_write() const { return to_ && !unwritten_.empty(); }
  bool drained() const { return unwritten_.empty() && given_.empty(); }
  base::Child& child() { return child_; }

 private:
  struct Given {
    std::uint64_t end = 0;  // where its newline ends, in bytes from the beginning
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
  std::deque<Given> given_;    // that the command has not read yet
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EXPORT_PIPE_H_
