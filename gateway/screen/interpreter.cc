#include "gateway/screen/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace screen {
namespace {

// libvterm puts four bytes for each of these on the stack.
constexpr std::size_t kMaxText = 1024;

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

char32_t Decoded(std::string_view utf8) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  if (utf8.size() == 1) return byte(0);
  char32_t character = byte(0) & (0xffU >> (utf8.size() + 1));
  for (std::size_t i = 1; i < utf8.size(); ++i) character = character << 6U | (byte(i) & 0x3fU);
  return character;
}

std::size_t SizeOf(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80U ? 1 : byte < 0xe0U ? 2 : byte < 0xf0U ? 3 : 4;
}

Rect From(const VTermRect& rect) {
  return {rect.start_row, rect.end_row, rect.start_col, rect.end_col};
}

Interpreter& Of(void* self) { return *static_cast<Interpreter*>(self); }

}  // namespace

State::State(Size bounded) : size(Bounded(bounded)), grids{Grid(bounded), Grid(bounded)} {
  bottom = size.rows;
  right = size.columns;
  tabs = DefaultTabs(size.columns);
}

std::vector<bool> DefaultTabs(int columns) {
  std::vector<bool> tabs(static_cast<std::size_t>(columns));
  for (std::size_t i = 0; i < tabs.size(); i += 8) tabs[i] = true;
  return tabs;
}

Interpreter::Interpreter(Size size, std::size_t history)
    : s_(size),
      max_history_(std::min(history, kMaxHistoryLines)),
      parser_(vterm_new(1, 1)),
      vterm_(vterm_new(s_.size.rows, s_.size.columns)) {
  static const VTermParserCallbacks kParser = [] {
    VTermParserCallbacks callbacks{};
    callbacks.control = &Interpreter::OnControl;
    callbacks.escape = &Interpreter::OnEscape;
    callbacks.csi = &Interpreter::OnCsi;
    callbacks.osc = &Interpreter::OnOsc;
    return callbacks;
  }();
  static const VTermStateCallbacks kState = [] {
    VTermStateCallbacks callbacks{};
    callbacks.putglyph = &Interpreter::OnGlyph;
    callbacks.movecursor = &Interpreter::OnMove;
    callbacks.scrollrect = &Interpreter::OnScroll;
    callbacks.erase = &Interpreter::OnErase;
    callbacks.resize = &Interpreter::OnResize;
    return callbacks;
  }();
  vterm_set_utf8(parser_.get(), 1);
  vterm_parser_set_callbacks(parser_.get(), &kParser, this);
  vterm_set_utf8(vterm_.get(), 1);
  VTermState* const state = vterm_obtain_state(vterm_.get());
  vterm_state_set_callbacks(state, &kState, this);
  vterm_state_reset(state, 1);
}

void Interpreter::Take(std::string_view bytes) {
  sequences_.Take(bytes, *this);
  Flush();
  s_.pending = sequences_.pending();
}

void Interpreter::OnText(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && IsAscii(text[end])) ++end;
    if (end > at && !IsPassedSingly()) {
      TakeAscii(text.substr(at, end - at));
      at = end;
      continue;
    }
    const std::size_t size = SizeOf(text[at]);
    TakeCharacter(text.substr(at, size));
    at += size;
  }
}

void Interpreter::OnSequence(std::string_view sequence) {
  Flush();
  repeatable_ = std::exchange(s_.last, std::nullopt);
  Write(parser_, sequence);
}

void Interpreter::TakeCharacter(std::string_view utf8) {
  const char32_t character = Decoded(utf8);
  if (zero_width_.Has(character, utf8)) {
    // After the last column, libvterm 0.1.4 would wrap for it; and it keeps any number of them.
    Flush();
    const int column = s_.wrap_pending ? s_.size.columns - 1 : s_.cursor.column - 1;
    s_.grid().Combine(s_.cursor.row, column, character);
    s_.last.reset();
    return;
  }
  if (text_.size() + utf8.size() > kMaxText || IsPassedSingly()) Flush();
  text_ += utf8;
}

void Interpreter::TakeAscii(std::string_view text) {
  while (!text.empty()) {
    if (text_.size() >= kMaxText) Flush();
    const std::size_t size = std::min(text.size(), kMaxText - text_.size());
    text_ += text.substr(0, size);
    text.remove_prefix(size);
  }
}

// Bytes of a set other than ASCII must not follow UTF-8 in one piece: they would be UTF-8, too.
bool Interpreter::IsPassedSingly() const {
  return s_.sets.designated.at(static_cast<std::size_t>(s_.sets.shift)) != 'B' || IsConfined();
}

void Interpreter::Flush() {
  if (text_.empty()) return;
  std::size_t last = text_.size() - 1;
  while ((static_cast<unsigned char>(text_[last]) & 0xc0U) == 0x80U) --last;
  const std::string character = text_.substr(last);
  Pass(std::exchange(text_, {}));
  Confine();
  s_.last.reset();
  const bool before_cursor = s_.wrap_pending || glyph_at_.column + glyph_width_ == s_.cursor.column;
  if (before_cursor && glyph_at_.row == s_.cursor.row && !s_.insert) {
    s_.last = LastCharacter{character, glyph_at_};
  }
}

// Whether the cursor has to stay between all four margins.
bool Interpreter::IsConfined() const { return s_.Has(6) && s_.Has(69); }

// libvterm 0.1.4 lets text and controls move the cursor out of the side margins, and no sequence
// moves it back.
void Interpreter::Confine() {
  const int column = std::clamp(s_.cursor.column, s_.left, s_.right - 1);
  if (IsConfined() && column != s_.cursor.column) Place({s_.cursor.row, column});
}

// Gives text to the state layer.
void Interpreter::Pass(std::string_view bytes) {
  printing_ = true;
  Write(vterm_, bytes);
  printing_ = false;
}

int Interpreter::OnGlyph(VTermGlyphInfo* info, VTermPos at, void* self) noexcept {
  Interpreter& i = Of(self);
  if (info->width < 1) return 1;
  std::array<char32_t, Cell::kCharacters> text{};
  std::size_t size = 0;
  for (; size < text.size() && info->chars[size] != 0; ++size) text.at(size) = info->chars[size];
  i.glyph_at_ = {at.row, at.col};
  i.glyph_width_ = info->width;
  i.s_.grid().Put(at.row, at.col, info->width, {text.data(), size}, i.s_.pen);
  if (i.printing_) {
    i.s_.wrap_pending = at.col + info->width >= i.s_.size.columns && i.s_.Has(7);
  }
  return 1;
}

int Interpreter::OnMove(VTermPos at, VTermPos /*from*/, int /*visible*/, void* self) noexcept {
  Interpreter& i = Of(self);
  i.s_.cursor = {at.row, at.col};
  if (!i.printing_) i.s_.wrap_pending = false;
  return 1;
}

// Keeps the first rows of the main screen as history.
void Interpreter::Keep(int rows) {
  if (s_.alternate || max_history_ == 0) return;
  for (int row = 0; row < std::min(rows, s_.size.rows); ++row) {
    s_.history.push_back(s_.grid().row(row));
    Row& kept = s_.history.back();
    while (!kept.empty() && kept.back() == Cell{}) kept.pop_back();
    const std::size_t most =
        std::min(max_history_, kMaxHistory / static_cast<std::size_t>(s_.size.columns));
    while (s_.history.size() > most) s_.history.pop_front();
  }
}

int Interpreter::OnScroll(VTermRect rect, int downward, int rightward, void* self) noexcept {
  Interpreter& i = Of(self);
  const bool whole =
      rect.start_row == 0 && rect.start_col == 0 && rect.end_col == i.s_.size.columns;
  if (whole && downward > 0) i.Keep(std::min(downward, rect.end_row));
  i.s_.grid().Scroll(From(rect), downward, rightward, i.s_.pen);
  return 1;
}

int Interpreter::OnErase(VTermRect rect, int selective, void* self) noexcept {
  Interpreter& i = Of(self);
  i.s_.grid().Erase(From(rect), i.s_.pen, selective != 0);
  return 1;
}

void Interpreter::Resize(Size size) {
  size = Bounded(size);
  if (size == s_.size) return;
  s_.last.reset();
  // libvterm 0.1.4 keeps margins beyond the new size, and then writes outside of its memory.
  ClearWrap();
  ResetMargins();
  vterm_set_size(vterm_.get(), size.rows, size.columns);
  VTermPos at{};
  vterm_state_get_cursorpos(vterm_obtain_state(vterm_.get()), &at);
  s_.cursor = {at.row, at.col};
}

int Interpreter::OnResize(int rows, int columns, VTermPos* delta, void* self) noexcept {
  State& s = Of(self).s_;
  if (const int gone = s.cursor.row + 1 - rows; gone > 0 && !s.alternate) {
    Of(self).Keep(gone);
    s.grid().Scroll({0, s.size.rows, 0, s.size.columns}, gone, 0, {});
    delta->row -= gone;
  }
  s.size = {rows, columns};
  for (Grid& grid : s.grids) grid.Resize(s.size);
  s.bottom = rows;
  s.right = columns;
  for (SavedCursor& saved : s.saved) {
    saved.at = {std::min(saved.at.row, rows - 1), std::min(saved.at.column, columns - 1)};
  }
  const std::size_t before = s.tabs.size();
  const std::vector<bool> fresh = DefaultTabs(columns);
  s.tabs.resize(static_cast<std::size_t>(columns));
  for (std::size_t i = before; i < s.tabs.size(); ++i) s.tabs[i] = fresh[i];
  return 1;
}

// Puts the cursor at a place on the screen, not one relative to the origin.
void Interpreter::Place(Position at) {
  at.row = std::clamp(at.row, 0, s_.size.rows - 1);
  at.column = std::clamp(at.column, 0, s_.size.columns - 1);
  const bool from_margins = s_.Has(6);
  const int left = from_margins && s_.Has(69) ? s_.left : 0;
  Write(vterm_, fmt::format("\x1b[{};{}H", std::max(at.row - (from_margins ? s_.top : 0), 0) + 1,
                            std::max(at.column - left, 0) + 1));
  s_.wrap_pending = false;
}

void Interpreter::ClearWrap() {
  if (s_.wrap_pending) Write(vterm_, fmt::format("\x1b[{}G", s_.cursor.column + 1));
  s_.wrap_pending = false;
}

}  // namespace screen
