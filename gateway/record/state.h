// State: what a living recording says of itself, in a small file whose room was taken beforehand:
// it can be written on a full disk. Only the recorder writes it; the broker reads it now and then.
//
//   recording            or: recording REMARK, or: paused CAUSE, or: ended
//   ttyout 1234 SHA256   a line a file: its first bytes, and their digest
//   end SHA256           of all lines before; what follows it is left from before
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

// So many bytes of a file, and their SHA-256.
struct Extent {
  std::string file;
  std::uint64_t bytes = 0;
  std::string sha256;

  // "ttyout 1234 SHA256"
  std::string Text() const;
  static std::optional<Extent> Parse(std::string_view text);
  friend bool operator==(const Extent&, const Extent&) = default;
};

// The digest of a list of files: of each one's text with a newline, in order.
std::string DigestOf(const std::vector<Extent>& extents);

struct State {
  enum class Phase { kRecording, kPaused, kEnded };
  Phase phase = Phase::kRecording;
  std::string cause;  // of a pause; of a recording that goes on, a remark or empty: one line
  std::vector<Extent> extents;
};

inline constexpr std::size_t kStateRoom = 4096;  // bytes of the file; a state is never larger
inline constexpr std::size_t kMaxExtents = 16;
inline constexpr std::size_t kMaxCause = 512;

std::string FormatState(const State& state);
// kInvalid for anything that is not whole: also what is just being written.
base::Result<State> ParseState(std::string_view bytes);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_STATE_H_
