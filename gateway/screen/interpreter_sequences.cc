// What control functions do (ECMA-48, xterm's ctlseqs).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "gateway/screen/interpreter.h"

namespace screen {
namespace {

constexpr int kMost = 10'000;  // repetitions, rows or columns; libvterm 0.1.4 lets more overflow
constexpr std::size_t kMaxTitle = 256;  // bytes
constexpr unsigned char kC1 = 0x80;

bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool IsOneOf(int mode, std::initializer_list<int> modes) {
  return std::find(modes.begin(), modes.end(), mode) != modes.end();
}

Interpreter& Of(void* self) { return *static_cast<Interpreter*>(self); }

}  // namespace

int Interpreter::Control::First(int missing) const {
  return parameters.empty() ? missing : std::min(parameters[0].Or(missing), kMost);
}

int Interpreter::Control::Count() const { return std::max(First(1), 1); }

int Interpreter::OnControl(unsigned char control, void* self) noexcept {
  Of(self).TakeControl(control);
  return 1;
}

int Interpreter::OnEscape(const char* bytes, std::size_t size, void* self) noexcept {
  Of(self).TakeEscape({bytes, size});
  return 1;
}

int Interpreter::OnCsi(const char* leader, const long* values, int count, const char* intermediates,
                       char final, void* self) noexcept {
  Control control{leader != nullptr ? leader[0] : '\0',
                  intermediates != nullptr ? intermediates[0] : '\0',
                  final,
                  {}};
  for (int i = 0; i < count; ++i) {
    const auto value = static_cast<unsigned long>(values[i]);
    control.parameters.push_back(
        {CSI_ARG_IS_MISSING(value) ? Parameter::kMissing : static_cast<int>(CSI_ARG(value)),
         CSI_ARG_HAS_MORE(value) != 0});
  }
  Of(self).TakeCsi(control);
  return 1;
}

int Interpreter::OnOsc(const char* text, std::size_t size, void* self) noexcept {
  Of(self).TakeTitle({text, size});
  return 1;
}

void Interpreter::TakeControl(unsigned char control) {
  if (control >= kC1) {
    const char letter = static_cast<char>(control - 0x40);
    if (!IsOneOf(letter, "DEHM")) return;  // IND, NEL, HTS, RI
    if (letter == 'H') s_.tabs[static_cast<std::size_t>(s_.cursor.column)] = true;
    if (letter != 'H') ClearWrap();
    Write(vterm_, std::string{'\x1b', letter});
    Confine();
    return;
  }
  const char c = static_cast<char>(control);
  if (c == '\x0e' || c == '\x0f') s_.sets.shift = c == '\x0e' ? 1 : 0;
  if (!IsOneOf(c, "\b\t\n\v\f\r\x0e\x0f")) return;
  Write(vterm_, {&c, 1});
  Confine();
  if (IsOneOf(c, "\n\v\f\r")) ClearWrap();
}

void Interpreter::TakeEscape(std::string_view bytes) {
  constexpr std::string_view kDesignators = "()*+";
  const std::size_t set = kDesignators.find(bytes[0]);
  if (bytes.size() == 2 && set != std::string_view::npos) return Designate(set, bytes[1]);
  if (bytes == "#8") {  // DECALN
    ResetMargins();
    Write(vterm_, "\x1b#8");
    return Place({});
  }
  if (bytes.size() != 1) return;
  switch (bytes[0]) {
    case '7':
      return Save();
    case '8':
      return Restore();
    case '=':
    case '>':
      s_.application_keypad = bytes[0] == '=';
      return;
    case 'c':
      return Reset();
    case 'n':
    case 'o':
      return Shift(bytes[0] == 'n' ? 2 : 3);
    default:
      return;
  }
}

void Interpreter::TakeTitle(std::string_view text) {
  if (!text.starts_with("0;") && !text.starts_with("2;")) return;
  text = text.substr(2, kMaxTitle);
  while (!text.empty() && !base::IsUtf8(text)) text.remove_suffix(1);  // cut within a character
  const bool printable = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
  for (char c = '\x80'; c <= '\x9f'; ++c) {
    if (text.find(std::string{'\xc2', c}) != std::string_view::npos) return;
  }
  if (printable) s_.title = text;
}

void Interpreter::TakeCsi(const Control& control) {
  const auto [leader, intermediate, final, parameters] = control;
  if (leader == '\0' && intermediate == '\0') return TakePlain(control);
  if (leader == '?' && intermediate == '\0' && (final == 'h' || final == 'l')) {
    for (const Parameter& mode : parameters) SetMode(mode.Or(0), final == 'h');
  } else if (leader == '?' && intermediate == '\0' && (final == 'J' || final == 'K')) {
    if (control.First(0) <= 2) Edit(fmt::format("\x1b[?{}{}", control.First(0), final));
  } else if (leader == '?' && intermediate == '\0' && final == 'W' && control.First(0) == 5) {
    ResetTabs();
  } else if (leader == '>' && intermediate == '\0' && final == 'm' && control.First(0) == 4) {
    s_.other_keys = parameters.size() > 1 ? std::clamp(parameters[1].Or(0), 0, 3) : 0;
  } else if (leader != '\0') {
    return;
  } else if (intermediate == '!' && final == 'p') {
    ResetSoftly();
  } else if (intermediate == ' ' && final == 'q') {
    s_.cursor_style = control.First(0) <= 6 ? control.First(0) : s_.cursor_style;
    s_.modes.erase(12);
  } else if (intermediate == '"' && final == 'q') {
    s_.pen.guarded = control.First(0) == 1;
  } else if (intermediate == '\'' && (final == '}' || final == '~')) {
    Edit(fmt::format("\x1b[{}'{}", control.Count(), final));
  }
}

// Passes on what erases or moves cells. As in xterm, it ends a pending wrap, which then always has
// its character before it.
void Interpreter::Edit(std::string_view sequence) {
  ClearWrap();
  Write(vterm_, sequence);
}

void Interpreter::TakePlain(const Control& control) {
  const char final = control.final;
  if (final == 'm') {
    s_.pen.Apply(control.parameters);
  } else if (IsOneOf(final, "ABEFCDGHIZadefjk`")) {
    TakeMove(control);
  } else if (IsOneOf(final, "@PLMSX") || (final == 'T' && control.parameters.size() < 2)) {
    Edit(fmt::format("\x1b[{}{}", control.Count(), final));
  } else if (final == 'J' && control.First(0) == 3) {
    s_.history.clear();
  } else if (final == 'J' || final == 'K') {
    if (control.First(0) <= 2) Edit(fmt::format("\x1b[{}{}", control.First(0), final));
  } else if (final == 'b') {
    Repeat(control.Count());
  } else if (final == 'g' && IsOneOf(control.First(0), {0, 3, 5})) {
    if (control.First(0) != 0) s_.tabs.assign(s_.tabs.size(), false);
    s_.tabs[static_cast<std::size_t>(s_.cursor.column)] = false;
    Write(vterm_, fmt::format("\x1b[{}g", control.First(0)));
  } else if (final == 'h' || final == 'l') {
    for (const Parameter& mode : control.parameters) {
      if (!IsOneOf(mode.value, {4, 20})) continue;
      (mode.value == 4 ? s_.insert : s_.newline) = final == 'h';
      Write(vterm_, fmt::format("\x1b[{}{}", mode.value, final));
    }
  } else if (final == 'r') {
    SetMargins(control);
  } else if (final == 's') {
    s_.Has(69) ? SetSideMargins(control) : Save();
  } else if (final == 'u') {
    Restore();
  }
}

void Interpreter::TakeMove(const Control& control) {
  const char final = control.final;
  if (IsOneOf(final, "Hf")) {
    const int column = control.parameters.size() > 1 ? control.parameters[1].Or(1) : 1;
    Write(vterm_, fmt::format("\x1b[{};{}H", control.Count(), std::clamp(column, 1, kMost)));
  } else if (IsOneOf(final, "ABEF")) {
    // The margins stop the cursor, which libvterm 0.1.4 does not know.
    const bool up = final == 'A' || final == 'F';
    const int row = s_.cursor.row;
    const int rest = up ? row - (row >= s_.top ? s_.top : 0)
                        : (row < s_.bottom ? s_.bottom : s_.size.rows) - 1 - row;
    if (final == 'E' || final == 'F') Write(vterm_, "\r");
    ClearWrap();
    const int count = std::min(control.Count(), rest);
    if (count > 0) Write(vterm_, fmt::format("\x1b[{}{}", count, up ? 'A' : 'B'));
  } else {
    Write(vterm_, fmt::format("\x1b[{}{}", control.Count(), final));
  }
  Confine();
  if (!IsOneOf(final, "IZ")) s_.wrap_pending = false;  // a tab at the last column moves nothing
}

void Interpreter::SetMode(int mode, bool on) {
  if (IsOneOf(mode, {9, 1000, 1002, 1003, 1005, 1006, 1015, 1016})) return SetMouse(mode, on);
  if (mode == 1048) return on ? Save() : Restore();
  if (mode == 1049 && on && !s_.alternate) Save();
  if (IsOneOf(mode, {47, 1047, 1049})) SetAlternate(on);
  if (mode == 1049 && !on) Restore();
  if (std::find(kModes.begin(), kModes.end(), mode) == kModes.end()) return;
  if (mode == 7 && !on) ClearWrap();
  if (mode == 69 && on == s_.Has(69)) return;
  if (mode == 69) ResetSideMargins();
  if (on) {
    s_.modes.insert(mode);
  } else {
    s_.modes.erase(mode);
  }
  if (IsOneOf(mode, {6, 7, 69})) Write(vterm_, fmt::format("\x1b[?{}{}", mode, on ? 'h' : 'l'));
}

// One mode and one encoding hold at a time, as in xterm; to reset another one ends it, too.
void Interpreter::SetMouse(int mode, bool on) {
  int& setting = IsOneOf(mode, {1005, 1006, 1015, 1016}) ? s_.mouse_encoding : s_.mouse;
  setting = on ? mode : 0;
}

// The state layer has one cursor and no cells, so it need not know. The alternate screen begins
// empty each time.
void Interpreter::SetAlternate(bool on) {
  if (on == s_.alternate) return;
  ClearWrap();
  s_.alternate = on;
  s_.saved[1] = {};
  s_.grids[1] = Grid(s_.size);
  if (on) s_.grids[1].Erase({0, s_.size.rows, 0, s_.size.columns}, s_.pen, false);
}

void Interpreter::SetMargins(const Control& control) {
  const int top_asked = control.Count() - 1;
  int bottom = control.parameters.size() > 1 ? control.parameters[1].Or(0) : 0;
  if (bottom == 0) bottom = s_.size.rows;
  bottom = std::min(bottom, s_.size.rows);
  const bool valid = top_asked < bottom - 1;  // a region has two rows at least
  const int top = valid ? top_asked : 0;
  s_.top = top;
  s_.bottom = valid ? bottom : s_.size.rows;
  Write(vterm_, fmt::format("\x1b[{};{}r", s_.top + 1, s_.bottom));
  Place({s_.Has(6) ? top : 0, s_.Has(6) ? s_.left : 0});
}

void Interpreter::SetSideMargins(const Control& control) {
  const int left_asked = control.Count() - 1;
  int right = control.parameters.size() > 1 ? control.parameters[1].Or(0) : 0;
  if (right == 0) right = s_.size.columns;
  right = std::min(right, s_.size.columns);
  const bool valid = left_asked < right - 1;
  const int left = valid ? left_asked : 0;
  s_.left = left;
  s_.right = valid ? right : s_.size.columns;
  Write(vterm_, fmt::format("\x1b[{};{}s", s_.left + 1, s_.right));
  Place({s_.Has(6) ? s_.top : 0, s_.Has(6) ? left : 0});
}

// Both leave the cursor where it is.
void Interpreter::ResetMargins() {
  ResetSideMargins();
  if (s_.top == 0 && s_.bottom == s_.size.rows) return;
  const Position at = s_.cursor;
  s_.top = 0;
  s_.bottom = s_.size.rows;
  Write(vterm_, "\x1b[r");
  Place(at);
}

void Interpreter::ResetSideMargins() {
  if (s_.left == 0 && s_.right == s_.size.columns) return;
  const Position at = s_.cursor;
  s_.left = 0;
  s_.right = s_.size.columns;
  Write(vterm_, "\x1b[s");
  Place(at);
}

void Interpreter::Designate(std::size_t set, char name) {
  if (!IsOneOf(name, "0AB")) name = 'B';
  s_.sets.designated.at(set) = name;
  Write(vterm_, std::string{'\x1b', "()*+"[set], name});
}

void Interpreter::Shift(int set) {
  s_.sets.shift = set;
  Write(vterm_, std::array<std::string_view, 4>{"\x0f", "\x0e", "\x1bn", "\x1bo"}.at(
                    static_cast<std::size_t>(set)));
}

void Interpreter::ResetTabs() {
  s_.tabs = DefaultTabs(s_.size.columns);
  const Position at = s_.cursor;
  const bool from_margins = s_.Has(6);
  if (from_margins) SetMode(6, false);
  Write(vterm_, "\x1b[3g");
  for (int column = 0; column < s_.size.columns; column += 8) {
    Write(vterm_, fmt::format("\x1b[{}G\x1bH", column + 1));
  }
  if (from_margins) SetMode(6, true);
  Place(at);
}

void Interpreter::Save() {
  s_.saved.at(s_.alternate ? 1 : 0) = SavedCursor{s_.cursor, s_.pen, s_.sets, s_.Has(6)};
}

void Interpreter::Restore() {
  const SavedCursor saved = s_.saved.at(s_.alternate ? 1 : 0);
  if (saved.origin != s_.Has(6)) SetMode(6, saved.origin);
  for (std::size_t i = 0; i < saved.sets.designated.size(); ++i) {
    Designate(i, saved.sets.designated.at(i));
  }
  Shift(saved.sets.shift);
  s_.pen = saved.pen;
  Place(saved.at);
}

// DECSTR, as xterm does it.
void Interpreter::ResetSoftly() {
  ResetMargins();
  for (const int mode : {1, 6, 69}) SetMode(mode, false);
  for (const int mode : {7, 25}) SetMode(mode, true);
  s_.insert = false;
  Write(vterm_, "\x1b[4l");
  const Position at = s_.cursor;
  s_.saved.at(s_.alternate ? 1 : 0) = {};
  s_.pen = {};
  s_.application_keypad = false;
  const SavedCursor fresh;
  for (std::size_t i = 0; i < fresh.sets.designated.size(); ++i) Designate(i, 'B');
  Shift(0);
  Place(at);
}

// RIS. History and title stay.
void Interpreter::Reset() {
  State fresh(s_.size);
  fresh.title = std::move(s_.title);
  fresh.history = std::move(s_.history);
  s_ = std::move(fresh);
  Write(vterm_,
        "\x1b"
        "c");
  Place({});
}

void Interpreter::Repeat(int count) {
  if (!repeatable_) return;
  const std::string character = repeatable_->utf8;
  for (int i = std::min(count, s_.size.columns); i > 0; --i) text_ += character;
  Flush();
}

}  // namespace screen
