#include "gateway/screen/grid.h"

#include <algorithm>
#include <utility>

namespace screen {
namespace {

std::size_t At(int index) { return static_cast<std::size_t>(index); }

void EraseCell(Cell& cell, const Pen& pen) {
  cell = Cell{};
  cell.pen = pen.Erased();
}

}  // namespace

Size Bounded(Size size) {
  return {std::clamp(size.rows, 1, kMaxRows), std::clamp(size.columns, kMinColumns, kMaxColumns)};
}

Grid::Grid(Size size) : size_(Bounded(size)), rows_(At(size_.rows), Row(At(size_.columns))) {}

Rect Grid::Clipped(Rect rect) const {
  const int top = std::clamp(rect.top, 0, size_.rows);
  const int left = std::clamp(rect.left, 0, size_.columns);
  return {top, std::clamp(rect.bottom, top, size_.rows), left,
          std::clamp(rect.right, left, size_.columns)};
}

// Erases halves of wide characters that have lost the other half.
void Grid::Mend(Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool whole = row[i].width == 2 && i + 1 < row.size() && row[i + 1].width == 0;
    if (whole) {
      ++i;
    } else if (row[i].width != 1) {
      EraseCell(row[i], row[i].pen);
    }
  }
}

void Grid::Put(int row, int column, int width, std::span<const char32_t> text, const Pen& pen) {
  width = std::clamp(width, 1, 2);
  if (row < 0 || row >= size_.rows || column < 0 || column + width > size_.columns) return;
  Row& cells = rows_[At(row)];
  bool cut = false;
  for (int i = 0; i < width; ++i) {
    Cell& cell = cells[At(column + i)];
    cut |= cell.width != 1;
    cell = Cell{};
    cell.pen = pen;
    cell.width = static_cast<std::uint8_t>(width == 2 ? (i == 0 ? 2 : 0) : 1);
  }
  const auto kept = text.first(std::min(text.size(), Cell::kCharacters));
  std::copy(kept.begin(), kept.end(), cells[At(column)].text.begin());
  if (cut) Mend(cells);
}

void Grid::Combine(int row, int column, char32_t character) {
  if (row < 0 || row >= size_.rows || column < 0 || column >= size_.columns) return;
  Row& cells = rows_[At(row)];
  if (cells[At(column)].width == 0 && column > 0) --column;
  Cell& cell = cells[At(column)];
  if (cell.erased()) return;
  const auto free = std::find(cell.text.begin(), cell.text.end(), U'\0');
  if (free != cell.text.end()) *free = character;
}

void Grid::Erase(Rect rect, const Pen& pen, bool selective) {
  rect = Clipped(rect);
  for (int row = rect.top; row < rect.bottom; ++row) {
    Row& cells = rows_[At(row)];
    const bool whole = rect.left == 0 && rect.right == size_.columns;
    for (int column = rect.left; column < rect.right; ++column) {
      Cell& cell = cells[At(column)];
      if (!selective || !cell.pen.guarded) EraseCell(cell, pen);
    }
    if (!whole || selective) Mend(cells);
  }
}

void Grid::Scroll(Rect rect, int downward, int rightward, const Pen& pen) {
  rect = Clipped(rect);
  const int rows = rect.bottom - rect.top;
  const int columns = rect.right - rect.left;
  if (rows == 0 || columns == 0) return;
  downward = std::clamp(downward, -rows, rows);
  rightward = std::clamp(rightward, -columns, columns);
  if (columns == size_.columns && rightward == 0) {
    const auto first = rows_.begin() + rect.top;
    std::rotate(first, first + (downward > 0 ? downward : rows + downward), first + rows);
  } else {
    for (int i = 0; i < rows; ++i) {
      const int row = downward >= 0 ? rect.top + i : rect.bottom - 1 - i;
      const int from = row + downward;
      if (from < rect.top || from >= rect.bottom) continue;
      const Row source(rows_[At(from)].begin() + rect.left, rows_[At(from)].begin() + rect.right);
      for (int column = 0; column < columns; ++column) {
        const int at = column + rightward;
        if (at < 0 || at >= columns) continue;
        rows_[At(row)][At(rect.left + column)] = source[At(at)];
      }
    }
  }
  if (downward > 0) Erase({rect.bottom - downward, rect.bottom, rect.left, rect.right}, pen, false);
  if (downward < 0) Erase({rect.top, rect.top - downward, rect.left, rect.right}, pen, false);
  if (rightward > 0) Erase({rect.top, rect.bottom, rect.right - rightward, rect.right}, pen, false);
  if (rightward < 0) Erase({rect.top, rect.bottom, rect.left, rect.left - rightward}, pen, false);
  if (columns != size_.columns || rightward != 0) {
    for (int row = rect.top; row < rect.bottom; ++row) Mend(rows_[At(row)]);
  }
}

void Grid::Resize(Size size) {
  size_ = Bounded(size);
  rows_.resize(At(size_.rows));
  for (Row& row : rows_) {
    row.resize(At(size_.columns));
    Mend(row);
  }
}

}  // namespace screen
