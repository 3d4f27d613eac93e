#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gateway/screen/drawing.h"
#include "gateway/screen/state.h"

namespace screen {
namespace {

std::string Shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return text;
}

std::string Of(Position at) { return fmt::format("{},{}", at.row, at.column); }

std::string Of(const CharacterSets& sets) {
  return fmt::format("{} {}", std::string_view(sets.designated.data(), 4), sets.shift);
}

std::string Of(const Row& row) {
  std::string text;
  Pen pen;
  for (const Cell& cell : row) {
    if (cell.pen != pen) text += Shown(Sgr(cell.pen)) + (cell.pen.guarded ? "guarded" : "");
    pen = cell.pen;
    if (cell.width == 0) continue;
    if (cell.erased()) text += '.';
    for (const char32_t c : cell.text) {
      if (c >= 0x20 && c < 0x7f) {
        text += static_cast<char>(c);
      } else if (c != 0) {
        text += fmt::format("<{:x}>", static_cast<std::uint32_t>(c));
      }
    }
  }
  return text;
}

std::string Of(const SavedCursor& saved) {
  return fmt::format("{} {} {}{}{}", Of(saved.at), Shown(Sgr(saved.pen)), Of(saved.sets),
                     saved.origin ? " origin" : "", saved.pen.guarded ? " guarded" : "");
}

}  // namespace

std::string Describe(const State& s) {
  std::string text = fmt::format(
      "{}x{} cursor {}{} pen {}{} sets {} saved {} / {}\nmargins {} {} {} {} modes {} insert {} "
      "newline {} keypad {} style {} mouse {} {} keys {} title {} pending {} last {}\ntabs",
      s.size.columns, s.size.rows, Of(s.cursor), s.wrap_pending ? " wraps" : "", Shown(Sgr(s.pen)),
      s.pen.guarded ? " guarded" : "", Of(s.sets), Of(s.saved[0]), Of(s.saved[1]), s.top, s.bottom,
      s.left, s.right, fmt::join(s.modes, ","), s.insert, s.newline, s.application_keypad,
      s.cursor_style, s.mouse, s.mouse_encoding, s.other_keys, s.title, Shown(s.pending),
      s.last ? s.last->utf8 + " " + Of(s.last->at) : "none");
  for (std::size_t i = 0; i < s.tabs.size(); ++i) {
    if (s.tabs[i]) text += fmt::format(" {}", i);
  }
  for (int buffer = 0; buffer <= (s.alternate ? 1 : 0); ++buffer) {
    text += buffer == 0 ? "\nmain" : "\nalternate";
    for (int row = 0; row < s.size.rows; ++row) {
      text += "\n" + Of(s.grids.at(static_cast<std::size_t>(buffer)).row(row));
    }
  }
  return text + "\n";
}

}  // namespace screen
