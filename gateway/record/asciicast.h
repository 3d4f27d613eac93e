// Asciicast: a recording as asciinema plays it: asciicast, version 2, one JSON value a line.
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

  // Each with its newline.
  std::string Header() const;
  // Empty for what a cast does not show: input, and half a character that goes on later. Bytes that
  // are no UTF-8 become U+FFFD; without a terminal, each LF gets its CR.
  std::string Event(const Moment& moment);

 private:
  std::string Shown(const Output& output);

  About about_;
  std::array<std::string, kStreamFiles.size()> rest_;  // of a character that was cut
};

// How many bytes at the end of `bytes` begin a character of UTF-8 that is not whole: 0 to 3.
std::size_t CutCharacter(std::string_view bytes);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_ASCIICAST_H_
