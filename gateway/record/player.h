// Player: npm's asciinema-player, as cmake/player.cmake has put it into this program.
#ifndef ONEOFF_GATEWAY_RECORD_PLAYER_H_
#define ONEOFF_GATEWAY_RECORD_PLAYER_H_

#include <string_view>

namespace record {

struct Player {
  std::string_view version;
  std::string_view script;    // holds no "</script" and no "<!--"
  std::string_view style;     // holds no "</style"
  std::string_view licenses;  // of all that is in `script`: they go where it goes
};

// All of it is empty in a build that had no npm.
const Player& EmbeddedPlayer();

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_PLAYER_H_
