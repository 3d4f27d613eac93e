#include "gateway/screen/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace screen {
namespace {

// CAN ends an unfinished sequence. DECSTR resets modes, margins, sets, pen and saved cursor; the
// rest is what it leaves, or what terminals disagree about. DECST8C sets the tab stops.
constexpr std::string_view kReset =
    "\x18\x1b[?1049l\x1b[!p\x1b[?69l\x1b[r\x1b[?5;6;12l\x1b[?7;25h\x1b[4l\x1b[20l\x1b[0m\x1b[0\"q"
    "\x1b(B\x1b)B\x0f\x1b[0 q\x1b[?5W";
constexpr std::string_view kResetInput =
    "\x1b[?1;9;1000;1002;1003;1004;1005;1006;1015;1016;2004l\x1b>\x1b[>4m";
constexpr std::string_view kClear = "\x1b[H\x1b[2J";

// Modes that only change what the terminal sends.
bool IsOfInput(int mode) { return mode == 1 || mode == 1004 || mode == 2004; }

void AppendUtf8(std::string& out, char32_t c) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  const auto tail = [&](unsigned shift) { add(0x80U | (c >> shift & 0x3fU)); };
  if (c < 0x80) return add(c);
  if (c < 0x800) return add(0xc0U | c >> 6U), tail(0);
  if (c < 0x10000) return add(0xe0U | c >> 12U), tail(6), tail(0);
  add(0xf0U | c >> 18U), tail(12), tail(6), tail(0);
}

std::string Text(const Cell& cell) {
  std::string text;
  for (const char32_t c : cell.text) {
    if (c == 0) break;
    AppendUtf8(text, c);
  }
  return text;
}

std::string Go(Position at) { return fmt::format("\x1b[{};{}H", at.row + 1, at.column + 1); }

std::string SetMode(int mode, bool on) { return fmt::format("\x1b[?{}{}", mode, on ? 'h' : 'l'); }

// A terminal that is drawn on: remembers its pen and its character sets.
class Canvas {
 public:
  void Add(std::string_view bytes) { out_ += bytes; }
  void SetPen(const Pen& pen) {
    Pen visible = pen;
    visible.guarded = pen_.guarded;
    if (visible != pen_) out_ += Sgr(pen);
    if (pen.guarded != pen_.guarded) out_ += pen.guarded ? "\x1b[1\"q" : "\x1b[0\"q";
    pen_ = pen;
  }
  void SetSets(const CharacterSets& sets);
  // Draws the cells of a row at the cursor, on erased ones.
  void AddRow(const Row& row);
  void AddCharacter(const Cell& cell) {
    SetPen(cell.pen);
    out_ += Text(cell);
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
  Pen pen_;
  CharacterSets sets_;
};

void Canvas::SetSets(const CharacterSets& sets) {
  for (std::size_t i = 0; i < sets.designated.size(); ++i) {
    if (sets.designated.at(i) == sets_.designated.at(i)) continue;
    out_ += std::string{'\x1b', "()*+"[i], sets.designated.at(i)};
  }
  constexpr std::array<std::string_view, 4> kShifts = {"\x0f", "\x0e", "\x1bn", "\x1bo"};
  if (sets.shift != sets_.shift) out_ += kShifts.at(static_cast<std::size_t>(sets.shift));
  sets_ = sets;
}

void Canvas::AddRow(const Row& row) {
  std::size_t size = row.size();
  while (size > 0 && row[size - 1] == Cell{}) --size;
  for (std::size_t i = 0; i < size;) {
    const Cell& cell = row[i];
    if (!cell.erased()) {
      AddCharacter(cell);
      i += std::max<std::size_t>(cell.width, 1);
      continue;
    }
    std::size_t run = 1;
    while (i + run < size && row[i + run] == cell) ++run;
    if (cell.pen != Pen{}) {  // ECH erases with the background's colour
      SetPen(cell.pen);
      out_ += fmt::format("\x1b[{}X", run);
    }
    i += run;
    if (i < size) out_ += fmt::format("\x1b[{}C", run);
  }
}

void AddGrid(Canvas& canvas, const Grid& grid) {
  const Row blank(static_cast<std::size_t>(grid.size().columns));
  for (int row = 0; row < grid.size().rows; ++row) {
    if (grid.row(row) == blank) continue;
    canvas.Add(Go({row, 0}));
    canvas.AddRow(grid.row(row));
  }
  canvas.SetPen({});
}

// Draws lines, and scrolls them off the screen at its top.
void AddHistory(Canvas& canvas, const State& state, std::size_t lines) {
  lines = std::min(lines, state.history.size());
  const auto columns = static_cast<std::size_t>(state.size.columns);
  for (auto line = state.history.end() - static_cast<std::ptrdiff_t>(lines);
       line != state.history.end(); ++line) {
    canvas.AddRow(Row(line->begin(), line->begin() + static_cast<std::ptrdiff_t>(
                                                         std::min(line->size(), columns))));
    canvas.SetPen({});
    canvas.Add("\r\n");
  }
  const std::size_t left =
      std::min<std::size_t>(lines, static_cast<std::size_t>(state.size.rows) - 1);
  canvas.Add(Go({state.size.rows - 1, 0}));
  canvas.Add(std::string(left, '\n'));
  canvas.Add(kClear);
}

// Saves a cursor as the state's, and leaves the pen as it was.
void AddSaved(Canvas& canvas, const SavedCursor& saved, std::string_view save) {
  if (saved.origin) canvas.Add(SetMode(6, true));
  canvas.Add(Go(saved.at));
  canvas.SetPen(saved.pen);
  canvas.SetSets(saved.sets);
  canvas.Add(save);
  if (saved.origin) canvas.Add(SetMode(6, false));
  canvas.SetPen({});
  canvas.SetSets({});
}

void AddGrids(Canvas& canvas, const State& state) {
  AddGrid(canvas, state.grids[0]);
  if (!state.alternate) return;
  AddSaved(canvas, state.saved[0], SetMode(1049, true));
  canvas.Add(kClear);
  AddGrid(canvas, state.grids[1]);
}

void AddTabs(Canvas& canvas, const State& state) {
  if (state.tabs == DefaultTabs(state.size.columns)) return;
  canvas.Add("\x1b[3g");
  for (std::size_t i = 0; i < state.tabs.size(); ++i) {
    if (state.tabs[i]) canvas.Add(fmt::format("\x1b[{}G\x1bH", i + 1));
  }
}

void AddModes(Canvas& canvas, const State& state, const DrawOptions& options) {
  for (const int mode : kModes) {
    if (mode == 6 || mode == 69 || (IsOfInput(mode) && !options.input)) continue;
    if (state.Has(mode) != kModesAtReset.contains(mode)) {
      canvas.Add(SetMode(mode, state.Has(mode)));
    }
  }
  if (state.newline) canvas.Add("\x1b[20h");
  if (!options.input) return;
  for (const int mode : {state.mouse, state.mouse_encoding}) {
    if (mode != 0) canvas.Add(SetMode(mode, true));
  }
  if (state.application_keypad) canvas.Add("\x1b=");
  if (state.other_keys != 0) canvas.Add(fmt::format("\x1b[>4;{}m", state.other_keys));
}

void AddMargins(Canvas& canvas, const State& state) {
  if (state.Has(69)) {
    canvas.Add(SetMode(69, true));
    canvas.Add(fmt::format("\x1b[{};{}s", state.left + 1, state.right));
  }
  if (state.top != 0 || state.bottom != state.size.rows) {
    canvas.Add(fmt::format("\x1b[{};{}r", state.top + 1, state.bottom));
  }
}

// Moves the cursor to its place. If a wrap is pending, it writes the character in the last column
// again, so that the next one goes below.
void AddCursor(Canvas& canvas, const State& state) {
  if (state.Has(6)) canvas.Add(SetMode(6, true));
  const auto go = [&](Position at) {
    const int left = state.Has(6) && state.Has(69) ? state.left : 0;
    const int top = state.Has(6) ? state.top : 0;
    canvas.Add(Go({std::max(at.row - top, 0), std::max(at.column - left, 0)}));
  };
  go(state.cursor);
  if (state.wrap_pending) {
    const Row& row = state.grid().row(state.cursor.row);
    canvas.AddCharacter(row.at(static_cast<std::size_t>(state.cursor.column)));
  }
  canvas.SetPen(state.pen);
  canvas.Add(Sgr(state.pen));  // a sequence in any case: REP must not repeat what was drawn
  canvas.SetSets(state.sets);
  if (state.insert) canvas.Add("\x1b[4h");
  if (!state.last) return;
  go(state.last->at);
  canvas.Add(state.last->utf8);
}

}  // namespace

std::string Draw(const State& state, const DrawOptions& options) {
  Canvas canvas;
  canvas.Add(kReset);
  if (options.input) canvas.Add(kResetInput);
  canvas.Add(kClear);
  if (options.history > 0) AddHistory(canvas, state, options.history);
  AddGrids(canvas, state);
  AddTabs(canvas, state);
  if (options.title) canvas.Add(fmt::format("\x1b]2;{}\x1b\\", state.title));
  if (state.cursor_style != 0) canvas.Add(fmt::format("\x1b[{} q", state.cursor_style));
  // Before there are margins, which would bound it.
  const SavedCursor& saved = state.saved[state.alternate ? 1 : 0];
  if (saved != SavedCursor{})
    AddSaved(canvas, saved,
             "\x1b"
             "7");
  AddMargins(canvas, state);
  AddModes(canvas, state, options);
  AddCursor(canvas, state);
  if (options.pending) canvas.Add(state.pending);
  return canvas.Take();
}

std::string Print(const State& state, Style style) {
  std::string text;
  std::size_t kept = 0;  // bytes up to the last line with text
  for (int i = 0; i < state.size.rows; ++i) {
    const Row& row = state.grid().row(i);
    std::size_t size = row.size();
    const auto blank = [&](const Cell& cell) {
      const Pen pen = style == Style::kPlain ? Pen{} : cell.pen;
      return (cell.erased() || cell.text[0] == U' ') && cell.width == 1 && pen == Pen{};
    };
    while (size > 0 && blank(row[size - 1])) --size;
    Pen pen;
    for (std::size_t column = 0; column < size; ++column) {
      const Cell& cell = row[column];
      if (cell.width == 0) continue;
      if (style == Style::kColored && cell.pen != pen) text += Sgr(cell.pen);
      if (style == Style::kColored) pen = cell.pen;
      text += cell.erased() ? " " : Text(cell);
    }
    if (pen != Pen{}) text += "\x1b[0m";
    text += '\n';
    if (size > 0) kept = text.size();
  }
  text.resize(kept);
  return text;
}

}  // namespace screen
