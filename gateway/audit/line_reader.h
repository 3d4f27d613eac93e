// LineReader: reads the lines of a log file from its start, in bounded memory for any content.
#ifndef ONEOFF_GATEWAY_AUDIT_LINE_READER_H_
#define ONEOFF_GATEWAY_AUDIT_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace audit {

struct Line {
  std::uint64_t number = 0;  // from 1
  std::string_view
      bytes;  // without the newline; its beginning, if `too_long`. Valid until the next Next()
  bool too_long = false;  // over kMaxLine, so not a record
  bool closed = true;     // false: the last line, without a newline
};

class LineReader {
 public:
  // kDenied if `name` is not a regular file. The caller keeps `directory`.
  // `name` may be a path, relative to `directory`. A symbolic link is refused; a FIFO does not
  // block.
  static base::Result<LineReader> Open(int directory, const std::string& name);

  // nullopt at the end. After an error no more can be read. `too_long` gets all bytes of a line
  // that is too long, in order and in pieces, before the line is returned.
  using Sink = std::function<void(std::string_view)>;
  base::Result<std::optional<Line>> Next(const Sink& too_long = {});

 private:
  explicit LineReader(base::UniqueFd file) : file_(std::move(file)) {}
  base::Result<void> Fill();

  base::UniqueFd file_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ in returned lines
  bool at_end_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_LINE_READER_H_
