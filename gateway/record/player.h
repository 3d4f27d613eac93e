// Player: npm's asciinema-player, which cmake/player.cmake embeds in this program.
//
// The text is fixed at build time and trusted; ReplayPage puts it into a page unescaped.
#ifndef ONEOFF_GATEWAY_RECORD_PLAYER_H_
#define ONEOFF_GATEWAY_RECORD_PLAYER_H_

#include <string_view>

namespace record {

struct Player {
  std::string_view version;
  std::string_view script;    // contains no "</script" and no "<!--"
  std::string_view style;     // contains no "</style"
  std::string_view licenses;  // of all parts of `script`; each copy must contain them
};

// All fields are empty in a build without npm.
const Player& EmbeddedPlayer();

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_PLAYER_H_
