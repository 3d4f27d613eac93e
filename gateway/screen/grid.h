// Grid: the cells of one screen buffer. It keeps what a terminal was told to show and where.
// libvterm knows what each sequence does (interpreter.h).
//
// Rows and columns count from 0. A Rect is half open and is clipped to the grid, so every argument
// is safe.
#ifndef ONEOFF_GATEWAY_SCREEN_GRID_H_
#define ONEOFF_GATEWAY_SCREEN_GRID_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "gateway/screen/pen.h"

namespace screen {

struct Size {
  int rows = 24;
  int columns = 80;

  bool operator==(const Size&) const = default;
};

inline constexpr int kMaxRows = 1000;
inline constexpr int kMaxColumns = 1000;
inline constexpr int kMinColumns = 2;  // room for a wide character

// Within these bounds; at least one row.
Size Bounded(Size size);

struct Rect {
  int top;
  int bottom;
  int left;
  int right;
};

struct Cell {
  static constexpr std::size_t kCharacters = 6;

  std::array<char32_t, kCharacters> text{};  // the character and combining ones; 0: erased
  Pen pen;
  std::uint8_t width = 1;  // 2: of a wide character; 0: its right half

  bool erased() const { return text[0] == 0; }
  bool operator==(const Cell&) const = default;
};

using Row = std::vector<Cell>;

class Grid {
 public:
  explicit Grid(Size size);

  Size size() const { return size_; }
  const Row& row(int row) const { return rows_.at(static_cast<std::size_t>(row)); }

  // Overwrites one cell, or two with `width` 2. The other half of a wide character that it cuts
  // is erased. `text` beyond Cell::kCharacters is cut.
  void Put(int row, int column, int width, std::span<const char32_t> text, const Pen& pen);
  // Adds a combining character to the cell's text. No effect if the cell has no text or no room.
  void Combine(int row, int column, char32_t character);
  // `selective` spares guarded cells.
  void Erase(Rect rect, const Pen& pen, bool selective);
  // Moves the content up by `downward` rows and left by `rightward` columns (negative: the other
  // way), and erases the cells that become free.
  void Scroll(Rect rect, int downward, int rightward, const Pen& pen);
  // Cuts at the bottom and the right, and adds erased cells there.
  void Resize(Size size);

  bool operator==(const Grid&) const = default;

 private:
  Rect Clipped(Rect rect) const;
  void Mend(Row& row);

  Size size_;
  std::vector<Row> rows_;
};

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_GRID_H_
