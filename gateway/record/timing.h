// One line of a recording's `timing`.
//
// The grammar is sudo's (sudoreplay(8)): "STREAM DELAY BYTES", or "5 DELAY ROWS COLUMNS". FORMAT.md
// has examples.
#ifndef ONEOFF_GATEWAY_RECORD_TIMING_H_
#define ONEOFF_GATEWAY_RECORD_TIMING_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "gateway/record/stream.h"

namespace record {

struct Chunk {
  Stream stream = Stream::kTerminal;
  std::uint64_t bytes = 0;
};
struct Window {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
};

struct TimingEntry {
  std::chrono::milliseconds delay{0};  // since the previous entry
  std::variant<Chunk, Window> what;
};

inline constexpr std::size_t kMaxTimingLine = 128;  // bytes
inline constexpr std::uint32_t kMaxWindow = 65535;  // rows or columns

// nullopt for a line that neither sudo nor this program writes.
// The delay has nine digits after the dot and is cut to milliseconds. Bounds: 10^10 seconds, 2^50
// bytes. Larger windows become kMaxWindow.
std::optional<TimingEntry> ParseTiming(std::string_view line);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_TIMING_H_
