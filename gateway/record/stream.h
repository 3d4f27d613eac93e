// The streams of a run and the files of its recording, as in sudo's I/O log (FORMAT.md).
#ifndef ONEOFF_GATEWAY_RECORD_STREAM_H_
#define ONEOFF_GATEWAY_RECORD_STREAM_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace record {

// The numbers are those in `timing`.
// kStdin, kStdout and kStderr are pipes'; kTerminalIn and kTerminal a terminal's. A run has one
// kind.
enum class Stream : std::size_t { kStdin = 0, kStdout, kStderr, kTerminalIn, kTerminal };

inline constexpr std::array<std::string_view, 5> kStreamFiles = {"stdin", "stdout", "stderr",
                                                                 "ttyin", "ttyout"};
inline constexpr std::string_view FileOf(Stream stream) {
  return kStreamFiles.at(static_cast<std::size_t>(stream));
}

inline constexpr const char* kLog = "log";              // who and what, for sudoreplay
inline constexpr const char* kLogJson = "log.json";     // the same, with more fields
inline constexpr const char* kTiming = "timing";        // the time of each chunk, and window sizes
inline constexpr const char* kEvents = "events.jsonl";  // what sudo's format cannot hold
inline constexpr const char* kState = "state";          // until the recording is archived (state.h)

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_STREAM_H_
