// State: all that a terminal knows: its cells, its cursor, its modes. A value.
#ifndef ONEOFF_GATEWAY_SCREEN_STATE_H_
#define ONEOFF_GATEWAY_SCREEN_STATE_H_

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/screen/grid.h"
#include "gateway/screen/pen.h"

namespace screen {

struct Position {
  int row = 0;
  int column = 0;

  bool operator==(const Position&) const = default;
};

// The DEC private modes that State follows (xterm's ctlseqs), without mouse and screen buffers.
inline constexpr std::array<int, 9> kModes = {1, 5, 6, 7, 12, 25, 69, 1004, 2004};
inline const std::set<int> kModesAtReset = {7, 25};  // wrap, visible cursor

// A designated character set: 'B' ASCII, '0' DEC's line drawing, 'A' British.
struct CharacterSets {
  std::array<char, 4> designated = {'B', 'B', 'B', 'B'};
  int shift = 0;  // which one bytes below 0x80 are in

  bool operator==(const CharacterSets&) const = default;
};

struct SavedCursor {
  Position at;
  Pen pen;
  CharacterSets sets;
  bool origin = false;

  bool operator==(const SavedCursor&) const = default;
};

// The character that REP (ECMA-48 8.3.103) repeats.
struct LastCharacter {
  std::string utf8;  // as it came: a character set may have translated it
  Position at;       // before the cursor

  bool operator==(const LastCharacter&) const = default;
};

// All but the size and the cells that a reset (RIS) brings to their default.
struct Settings {
  Position cursor;
  bool wrap_pending = false;  // the last column is written, and the next character goes below
  Pen pen;
  CharacterSets sets;
  std::array<SavedCursor, 2> saved;  // of the main and of the alternate screen
  int top = 0;                       // the margins, half open
  int bottom = 0;
  int left = 0;
  int right = 0;
  std::vector<bool> tabs;  // by column
  std::set<int> modes = kModesAtReset;
  bool insert = false;
  bool newline = false;  // LF does a CR, too
  bool application_keypad = false;
  int cursor_style = 0;    // DECSCUSR's parameter
  int mouse = 0;           // 0, or the mode: 9, 1000, 1002, 1003
  int mouse_encoding = 0;  // 0, or the mode: 1005, 1006, 1015, 1016
  int other_keys = 0;      // xterm's modifyOtherKeys

  bool operator==(const Settings&) const = default;
};

struct State : Settings {
  explicit State(Size bounded);

  Size size;
  std::array<Grid, 2> grids;  // the main and the alternate screen
  bool alternate = false;
  std::string title;        // UTF-8 without controls
  std::deque<Row> history;  // lines that left the main screen at its top, the oldest first
  std::optional<LastCharacter> last;  // until the next sequence
  std::string pending;                // an unfinished sequence or character, as it came

  Grid& grid() { return grids[alternate ? 1 : 0]; }
  const Grid& grid() const { return grids[alternate ? 1 : 0]; }
  bool Has(int mode) const { return modes.contains(mode); }
  bool HasMargins() const {
    return top != 0 || bottom != size.rows || left != 0 || right != size.columns;
  }

  bool operator==(const State&) const = default;
};

// Tab stops at each eighth column.
std::vector<bool> DefaultTabs(int columns);

// Text for people. Tests compare it: two states have the same text if and only if they are equal.
std::string Describe(const State& state);

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_STATE_H_
