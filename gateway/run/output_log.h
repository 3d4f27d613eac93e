// OutputLog: what a run without a terminal prints while no client takes it: a bounded part of each
// stream, the newest, for a later client.
//
// One file, LIB/output/RUN: a header of 4096 bytes, then for stdout and for stderr a ring of
// `bound` bytes each. The file is sparse: it takes the room of what was written. The supervisor
// writes; other processes read, also while it grows (RUN's file in the registry says how long).
// Positions are those of the whole stream, from the run's start.
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

  // Makes the file `id` in `folder`, mode 0600; `bound` bytes of each stream are kept. kInvalid if
  // it exists.
  static base::Result<OutputLog> Create(int folder, const std::string& id, std::uint64_t bound);
  // Opens it for reading. kNotFound if there is none; kInvalid if it is no such file.
  static base::Result<OutputLog> Open(int folder, const std::string& id);

  int fd() const { return file_.get(); }
  // No stream has a byte.
  bool empty() const {
    return extents_[0].begin == extents_[0].end && extents_[1].begin == extents_[1].end;
  }
  std::uint64_t bound() const { return bound_; }

  // The stream's bytes from `begin` to `end` are kept; those before are not. As this object knows
  // them: a reader calls Refresh first.
  std::uint64_t begin(record::Stream stream) const { return of(stream).begin; }
  std::uint64_t end(record::Stream stream) const { return of(stream).end; }

  // The first byte that Append adds has this position. To be called once for each stream, while it
  // is empty.
  void StartAt(record::Stream stream, std::uint64_t position);
  // Adds bytes; the oldest give way. Bytes that cannot be written (a full disk) are counted and not
  // kept: then `begin` is behind them.
  void Append(record::Stream stream, std::string_view bytes);

  // For a reader: looks how far the writer is.
  base::Result<void> Refresh();
  // Reads at most `most` bytes from `position`, which lies between begin and end. Returns fewer at
  // the end, and an empty text if the writer has overwritten them meanwhile: then call Refresh.
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
