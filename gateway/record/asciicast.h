// Asciicast: a recording in asciinema's format asciicast, version 2: one JSON value a line.
//
// Feed it the Moments of one recording in order; it keeps incomplete characters between calls.
// stdout and stderr become one stream.
#ifndef ONEOFF_GATEWAY_RECORD_ASCIICAST_H_
#define ONEOFF_GATEWAY_RECORD_ASCIICAST_H_

#include <array>
#include <string>
#include <string_view>

#include "gateway/record/about.h"
#include "gateway/record/playback.h"

namespace record {

class Asciicast {
 public:
  explicit Asciicast(About about) : about_(std::move(about)) {}

  // Both return a line with its newline.
  std::string Header() const;
  // Empty for what a cast does not show: input, and an incomplete character, which comes with later
  // bytes. Invalid UTF-8 becomes U+FFFD. Without a terminal, each LF becomes CR LF.
  // Times are seconds with a fraction. A Window becomes an "r" event.
  std::string Event(const Moment& moment);

 private:
  std::string Shown(const Output& output);

  About about_;
  std::array<std::string, kStreamFiles.size()> rest_;  // incomplete characters, by stream
};

// Returns how many bytes at the end of `bytes` are an incomplete UTF-8 character: 0 to 3.
// Bytes that cannot begin a character count as complete.
std::size_t CutCharacter(std::string_view bytes);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_ASCIICAST_H_
