// ReplayPage: a recording as one HTML page that plays it, from a file and without any network. What
// was recorded is a stranger's: it cannot leave its place in the page, and a policy of the page
// (CSP) lets nothing run or load but the player.
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
  // kUnavailable if `player` is empty. What it points to outlives the page.
  static base::Result<ReplayPage> Create(const About& about, const Player& player);

  // The page is Begin, an Event for each moment in their order, End.
  std::string Begin() const;
  // Empty for what is not shown.
  std::string Event(const Moment& moment);
  // `flaw`: why not all of the recording could be read; `omitted`: what passed and was not recorded
  // (omissions.h). Each is empty if there is none.
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
