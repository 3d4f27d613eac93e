// OutputLog: the newest output of a run without a terminal, for a later client. It keeps a bounded
// number of bytes of each stream, from the first time that the run has no client.
//
// One file, LIB/output/RUN: a header of 4096 bytes, then for stdout and for stderr a ring of
// `bound` bytes each. The file is sparse: it takes disk space only for bytes that were written. The
// supervisor writes it, and other processes may read it at the same time. The lock on the run's
// file in the registry shows whether the supervisor lives. A position counts the bytes of the whole
// stream, from the run's start.
//
// The header is the text "oneoff output 1\n", then five little-endian 64-bit numbers: the bound,
// stdout's first kept byte and its end, and the same of stderr.
#ifndef ONEOFF_GATEWAY_RUN_OUTPUT_LOG_H_
#define ONEOFF_GATEWAY_RUN_OUTPUT_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/record/stream.h"

namespace run {

class OutputLog {
 public:
  // The folder of all logs, below LIB.
  static constexpr const char* kFolder = "output";

  // Makes the file `id` in `folder`, mode 0600; it keeps the newest `bound` bytes of each stream.
  // kSystem (EEXIST) if it exists.
  static base::Result<OutputLog> Create(int folder, const std::string& id, std::uint64_t bound);
  // Opens it for reading. kNotFound if there is none; kInvalid if the file is no output log.
  static base::Result<OutputLog> Open(int folder, const std::string& id);

  int fd() const { return file_.get(); }
  // Neither stream has a byte.
  bool empty() const {
    return extents_[0].begin == extents_[0].end && extents_[1].begin == extents_[1].end;
  }
  std::uint64_t bound() const { return bound_; }

  // The log keeps the stream's bytes from `begin` up to `end`, as this object knows them: a reader
  // calls Refresh first.
  std::uint64_t begin(record::Stream stream) const { return of(stream).begin; }
  std::uint64_t end(record::Stream stream) const { return of(stream).end; }

  // Sets the position of the first byte that Append adds. Call it once for each stream, while the
  // stream is empty.
  void StartAt(record::Stream stream, std::uint64_t position);
  // Adds bytes and drops the oldest above the bound. If a write fails (a full disk), the bytes
  // count in `end`, but `begin` moves to `end`: the stream then has no byte in the log.
  void Append(record::Stream stream, std::string_view bytes);

  // For a reader: reads `begin` and `end` of both streams again.
  base::Result<void> Refresh();
  // Reads at most `most` bytes from `position`. Returns fewer at the end of the stream or of the
  // ring, and an empty text if `position` is not between `begin` and `end`. Does not notice that
  // the writer has overwritten the bytes: call Refresh afterwards, and drop them if `begin` has
  // passed `position`.
  base::Result<std::string> Read(record::Stream stream, std::uint64_t position, std::size_t most);

 private:
  struct Extent {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  OutputLog(base::UniqueFd file, std::uint64_t bound) : file_(std::move(file)), bound_(bound) {}
  static std::size_t IndexOf(record::Stream stream) {
    return stream == record::Stream::kStderr ? 1 : 0;
  }
  const Extent& of(record::Stream stream) const { return extents_.at(IndexOf(stream)); }
  base::Result<void> WriteHeader() const;
  // Where the byte at `position` lies in the file.
  std::uint64_t PlaceOf(std::size_t index, std::uint64_t position) const;

  base::UniqueFd file_;
  std::uint64_t bound_;
  std::array<Extent, 2> extents_;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_OUTPUT_LOG_H_
