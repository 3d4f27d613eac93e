// ReplayPage: a recording as one HTML page that plays it from a file, without a network. A stranger
// wrote the recorded bytes, so they are escaped, and a Content-Security-Policy lets only the
// embedded player run.
#ifndef ONEOFF_GATEWAY_RECORD_REPLAY_PAGE_H_
#define ONEOFF_GATEWAY_RECORD_REPLAY_PAGE_H_

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/record/about.h"
#include "gateway/record/asciicast.h"
#include "gateway/record/playback.h"
#include "gateway/record/player.h"

namespace record {

class ReplayPage {
 public:
  // kUnavailable if `player` is empty. The strings of `player` must outlive the page.
  // A window of more than 1000 columns or 500 rows is shown as that many.
  static base::Result<ReplayPage> Create(const About& about, const Player& player);

  // A page is Begin, then Event for each moment in order, then End.
  // The scripts and styles of the policy are named by their SHA-256.
  std::string Begin() const;
  // Empty for a moment that is not shown.
  std::string Event(const Moment& moment);
  // `flaw`: why part of the recording could not be read. `omitted`: what was not recorded
  // (omissions.h). Both may be empty.
  std::string End(std::string_view flaw, std::string_view omitted) const;

 private:
  ReplayPage(const About& about, const Player& player)
      : about_(about), player_(player), cast_(about) {}

  std::string Facts(std::string_view flaw, std::string_view omitted) const;

  About about_;
  Player player_;
  Asciicast cast_;
  std::chrono::milliseconds last_{0};
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_REPLAY_PAGE_H_
