#include "gateway/record/terminal_queries.h"

#include <algorithm>

#include "base/text.h"

namespace record {
namespace {

constexpr char kEsc = '\x1b';
constexpr char kBel = '\x07';
constexpr char kEnq = '\x05';  // asks for the answerback message
constexpr char kCan = '\x18';
constexpr char kSub = '\x1a';
constexpr char kDel = '\x7f';
constexpr char kC1Lead = '\xc2';
constexpr std::size_t kIntroducer = 2;  // bytes: ESC and one more
constexpr std::string_view kSt = "\x1b\\";

// U+2000 to U+207F begin with this byte (UTF-8, RFC 3629), the controls of the writing direction
// among them.
constexpr char kBidiLead = '\xe2';

bool IsWithin(char c, char first, char last) { return c >= first && c <= last; }
bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool IsC1(char c) { return IsWithin(c, '\x80', '\x9f'); }

// Whether the character changes the direction in which text is shown (UAX #9): with it, a line can
// look like another one.
bool IsBidiControl(std::string_view character) {
  if (character.size() != 3) return false;
  if (character[1] == '\x80') {
    return IsWithin(character[2], '\x8e', '\x8f') || IsWithin(character[2], '\xaa', '\xae');
  }
  return character[1] == '\x81' && IsWithin(character[2], '\xa6', '\xa9');
}

// Returns how many more bytes a character has that begins with `lead`.
std::size_t ContinuationsOf(char lead) {
  if (IsWithin(lead, '\xc3', '\xdf')) return 1;
  if (IsWithin(lead, '\xe0', '\xef')) return 2;
  return IsWithin(lead, '\xf0', '\xf4') ? 3 : 0;
}

// The names are those of xterm (ctlseqs) and DEC.
bool PassesWithIntermediates(std::string_view intermediates, char final) {
  if (intermediates == " ") return IsOneOf(final, "q@A");     // DECSCUSR, SL, SR
  if (intermediates == "!") return final == 'p';              // DECSTR
  if (intermediates == "\"") return final == 'q';             // DECSCA
  if (intermediates == "$") return IsOneOf(final, "rtvxz{");  // rectangles; not DECRQM, DECRQPSR
  if (intermediates == "*") return final == 'x';              // DECSACE; not DECRQCRA
  if (intermediates == "#") return IsOneOf(final, "{}");      // XTPUSHSGR, XTPOPSGR
  return false;
}

// DEC private modes that change what is shown: smooth scroll, reverse, origin, wrap, blinking and
// visible cursor, margins, alternate screens, synchronized output.
bool IsOfTheScreen(std::string_view mode) {
  constexpr std::string_view kModes = ";4;5;6;7;12;25;45;47;69;1047;1048;1049;2026;";
  return !mode.empty() && kModes.find(";" + std::string(mode) + ";") != std::string_view::npos;
}

// Returns the screen's modes among parameters such as "?25;1000".
std::string ScreenModes(std::string_view parameters) {
  std::string modes;
  for (const std::string_view mode : base::Split(parameters.substr(1), ';')) {
    if (IsOfTheScreen(mode)) modes.append(modes.empty() ? "" : ";").append(mode);
  }
  return modes;
}

bool PassesControl(std::string_view parameters, std::string_view intermediates, char final) {
  // Of the private sequences only erasing passes; modes are filtered one by one. The others ask
  // questions, set keys or report versions.
  if (!parameters.empty() && IsWithin(parameters.front(), '<', '?')) {
    return parameters.front() == '?' && intermediates.empty() && IsOneOf(final, "JKW");
  }
  if (!intermediates.empty()) return PassesWithIntermediates(intermediates, final);
  if (final == 'h' || final == 'l') return parameters == "4";  // insert mode
  // These are DA1, DSR, DECREQTPARM, XTWINOPS, the printer and LEDs.
  return !IsOneOf(final, "cnxtiq");
}

// Whether the text contains a C1 control, which ends the string on terminals that support C1.
bool HoldsC1(std::string_view text) {
  for (std::size_t at = 0; (at = text.find(kC1Lead, at)) != std::string_view::npos; ++at) {
    if (at + 1 < text.size() && IsC1(text[at + 1])) return true;
  }
  return false;
}

// Of OSC only links pass (OSC 8).
bool PassesCommand(std::string_view text) { return text.starts_with("8;") && !HoldsC1(text); }

// Whether the string begins like sixels: "P", parameters, "q".
bool IsPicture(std::string_view held) {
  held.remove_prefix(kIntroducer);
  return held.size() < kIntroducer * 16 && !held.empty() && held.back() == 'q' &&
         std::all_of(held.begin(), held.end() - 1,
                     [](char c) { return IsWithin(c, '0', '9') || c == ';'; });
}

}  // namespace

std::string TerminalQueries::Without(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) Take(c, out);
  return out;
}

void TerminalQueries::Take(char c, std::string& out) {
  const bool in_string =
      state_ == State::kString || state_ == State::kPicture || state_ == State::kOverlong;
  if (in_string) return TakeString(c, out);
  if (c == kEsc) {  // ESC ends an unfinished sequence
    state_ = State::kEscape;
    continuations_ = 0;
    character_.clear();
    held_ = c;
    return;
  }
  switch (state_) {
    case State::kEscape:
      return TakeEscape(c, out);
    case State::kControl:
      return TakeControl(c, out);
    default:
      return TakeText(c, out);
  }
}

// Returns whether `c` was part of a character that is held because it may control the direction.
bool TerminalQueries::TakeHeldCharacter(char c, std::string& out) {
  if (character_.empty()) {
    if (c != kBidiLead) return false;
    character_ = c;
    continuations_ = 0;
    return true;
  }
  const bool continues = IsWithin(c, '\x80', '\xbf');
  if (continues) character_ += c;
  if (character_.size() == 2 && continues) return true;
  // An incomplete one is dropped, so that later bytes cannot complete it.
  if (character_.size() == 3 && !IsBidiControl(character_)) out += character_;
  character_.clear();
  if (continues) return true;
  return TakeHeldCharacter(c, out);
}

void TerminalQueries::TakeText(char c, std::string& out) {
  if (state_ == State::kLead) {
    state_ = State::kText;
    // U+0080 to U+009F equal ESC and 0x40 to 0x5F (ECMA-48 5.3).
    if (IsC1(c)) {
      held_ = {kEsc, static_cast<char>(c - 0x40)};
      return Begin(held_[1], out);
    }
    if (IsWithin(c, '\xa0', '\xbf')) {
      out += kC1Lead;
      out += c;
      return;
    }
    // The broken character's first byte is dropped, so that later bytes cannot complete it.
  }
  if (TakeHeldCharacter(c, out)) return;
  if (IsWithin(c, '\x80', '\xbf') && continuations_ > 0) {
    --continuations_;
    out += c;
    return;
  }
  continuations_ = ContinuationsOf(c);
  if (c == kC1Lead) {
    state_ = State::kLead;
  } else if (c != kEnq && !IsC1(c)) {
    out += c;
  }
}

// Handles the byte after ESC.
void TerminalQueries::Begin(char introducer, std::string& out) {
  kind_ = introducer;
  escaped_ = false;
  if (introducer == '[') {
    state_ = State::kControl;
  } else if (IsOneOf(introducer, "P]X^_")) {
    state_ = State::kString;
  } else if (IsOneOf(introducer, "Z=>")) {  // DECID and keypad modes
    state_ = State::kText;
  } else {
    Keep(out);
  }
}

void TerminalQueries::TakeEscape(char c, std::string& out) {
  if (c == kCan || c == kSub) {
    state_ = State::kText;
  } else if (IsControl(c)) {
    if (c != kEnq) out += c;  // a terminal executes it inside a sequence
  } else if (!IsAscii(c)) {
    state_ = State::kText;  // not a sequence
    TakeText(c, out);
  } else if (held_.size() == 1) {
    held_ += c;
    if (IsWithin(c, ' ', '/')) return;  // an intermediate; more bytes follow
    Begin(c, out);
  } else {
    held_ += c;
    if (IsWithin(c, ' ', '/') && held_.size() < kMaxSequence) return;
    // Drops ESC % (another coding system) and ESC SP (8-bit controls).
    if (!IsOneOf(held_[1], " %")) return Keep(out);
    state_ = State::kText;
  }
}

void TerminalQueries::TakeControl(char c, std::string& out) {
  // Terminals ignore DEL inside a sequence, as DEC's do, so it must not end one here.
  if (c == kDel) return;
  if (c == kCan || c == kSub) {
    state_ = State::kText;
  } else if (IsControl(c)) {
    if (c != kEnq) out += c;
  } else if (IsWithin(c, ' ', '?')) {
    if (held_.size() < kMaxSequence) held_ += c;  // an overlong sequence never passes
  } else {
    state_ = State::kText;
    if (!IsAscii(c)) return TakeText(c, out);  // not a sequence; text follows
    if (held_.size() < kMaxSequence) EndControl(c, out);
  }
}

void TerminalQueries::EndControl(char final, std::string& out) {
  const std::string_view body = std::string_view(held_).substr(kIntroducer);
  const std::size_t end = std::min(body.find_first_of(" !\"#$%&'()*+,-./"), body.size());
  const std::string_view parameters = body.substr(0, end);
  if (parameters.starts_with('?') && end == body.size() && IsOneOf(final, "hlsr")) {
    const std::string modes = ScreenModes(parameters);
    if (modes.empty()) return;
    for (const std::string_view mode : base::Split(modes, ';')) {
      const bool alternate = mode == "47" || mode == "1047" || mode == "1049";
      if (alternate && IsOneOf(final, "hl")) alternate_screen_ = final == 'h';
    }
    held_ = std::string{kEsc, '['} + "?" + modes;
  } else if (!PassesControl(parameters, body.substr(end), final)) {
    return;
  }
  held_ += final;
  Keep(out);
}

void TerminalQueries::TakeString(char c, std::string& out) {
  if (c == kCan || c == kSub) {
    if (state_ == State::kPicture) out += c;
    state_ = State::kText;
    return;
  }
  if (escaped_ && c != '\\') {  // ESC ends the string, with or without a backslash
    if (state_ == State::kPicture) out += kSt;
    state_ = State::kEscape;
    held_ = kEsc;
    return Take(c, out);
  }
  if (escaped_) return EndString(kSt, out);
  if (c == kBel && kind_ == ']') return EndString({&c, 1}, out);
  escaped_ = c == kEsc;
  if (escaped_) return;
  if (IsControl(c)) return;  // ignored by terminals inside a string; it could hide other bytes
  AddToString(c, out);
}

void TerminalQueries::AddToString(char c, std::string& out) {
  if (state_ == State::kPicture) {
    if (IsAscii(c)) out += c;
  } else if (state_ == State::kString) {
    held_ += c;
    if (held_.size() >= kMaxSequence) {
      state_ = State::kOverlong;
    } else if (kind_ == 'P' && IsPicture(held_)) {
      Keep(out);
      state_ = State::kPicture;
    }
  }
}

void TerminalQueries::EndString(std::string_view terminator, std::string& out) {
  escaped_ = false;
  if (state_ == State::kPicture) out += terminator;
  if (state_ == State::kString && kind_ == ']' &&
      PassesCommand(std::string_view(held_).substr(kIntroducer))) {
    held_ += terminator;
    return Keep(out);
  }
  state_ = State::kText;
}

void TerminalQueries::Keep(std::string& out) {
  out += held_;
  state_ = State::kText;
}

}  // namespace record
