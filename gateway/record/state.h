// State: what a live recording says of itself, in a small file. Its room is reserved in advance, so
// it can be written on a full disk. Only the recorder writes it; the broker reads it at intervals.
//
//   recording            or: recording REMARK, or: paused CAUSE, or: ended
//   ttyout 1234 SHA256   a line a file: its first bytes, and their digest
//   end SHA256           of all lines before; later lines are left over from an older state
#ifndef ONEOFF_GATEWAY_RECORD_STATE_H_
#define ONEOFF_GATEWAY_RECORD_STATE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace record {

// The length of a file's first part, and its SHA-256.
struct Extent {
  // At most 32 characters of a to z, dot and hyphen, not beginning with a dot.
  std::string file;
  std::uint64_t bytes = 0;
  std::string sha256;

  // "ttyout 1234 SHA256"
  std::string Text() const;
  // nullopt for any text that Text would not write.
  static std::optional<Extent> Parse(std::string_view text);
  friend bool operator==(const Extent&, const Extent&) = default;
};

// Returns the digest of a list of files: of each text with a newline, in order.
std::string DigestOf(const std::vector<Extent>& extents);

struct State {
  enum class Phase { kRecording, kPaused, kEnded };
  Phase phase = Phase::kRecording;
  std::string cause;  // one line: why the recording is paused, or a remark, or empty
  std::vector<Extent> extents;
};

inline constexpr std::size_t kStateRoom = 4096;  // bytes of the file; a state is never larger
inline constexpr std::size_t kMaxExtents = 16;
inline constexpr std::size_t kMaxCause = 512;

// The cause is escaped and cut to kMaxCause bytes.
std::string FormatState(const State& state);
// kInvalid if the state is incomplete: also while it is being written.
// Bytes after the line `end` are ignored, and those after kStateRoom are not read. The writer is
// another, less trusted process: the cause is escaped again.
base::Result<State> ParseState(std::string_view bytes);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_STATE_H_
