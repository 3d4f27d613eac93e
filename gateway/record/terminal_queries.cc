#include "gateway/record/terminal_queries.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

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
constexpr std::size_t kIntroducer = 2;  // bytes: ESC and another
constexpr std::string_view kSt = "\x1b\\";

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool IsWithin(char c, char first, char last) { return c >= first && c <= last; }
bool IsOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

unsigned Number(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// XTWINOPS: 11 to 21 report, the others move, size and title.
bool IsWindowReport(std::string_view parameters) {
  const unsigned operation = Number(parameters);
  return operation >= 11 && operation <= 21;
}

// Names are xterm's (ctlseqs) and DEC's.
bool PassesWithIntermediates(std::string_view intermediates, char final) {
  if (intermediates == " ") return true;                       // DECSCUSR, SL, ...
  if (intermediates == "!") return final == 'p';               // DECSTR
  if (intermediates == "\"") return IsOneOf(final, "pq");      // DECSCL, DECSCA
  if (intermediates == "$") return IsOneOf(final, "rtvxz{|");  // rectangles; not DECRQM, DECRQPSR
  if (intermediates == "*") return IsOneOf(final, "x|");       // DECSACE; not DECRQCRA
  if (intermediates == "#") return IsOneOf(final, "pqPQ{}");   // stacks; not the reports
  return false;
}

bool PassesControl(std::string_view parameters, std::string_view intermediates, char final) {
  if (!intermediates.empty()) return PassesWithIntermediates(intermediates, final);
  switch (parameters.empty() ? '\0' : parameters.front()) {
    case '?':  // modes and erasing; not DSR, XTSMGRAPHICS, the keyboard's state, ...
      return IsOneOf(final, "hlrsJKW");
    case '>':  // key and title modes; not DA2, XTVERSION
      return IsOneOf(final, "mtpTufn");
    case '=':
    case '<':
      return final == 'u';
    default:
      break;
  }
  // DA1, DSR, DECREQTPARM, and the printer.
  if (IsOneOf(final, "cnxi")) return false;
  return final != 't' || !IsWindowReport(parameters);
}

// A control that would end the string that it stands in, for terminals that know it.
bool HoldsC1(std::string_view text) {
  for (std::size_t at = 0; (at = text.find(kC1Lead, at)) != std::string_view::npos; ++at) {
    if (at + 1 < text.size() && IsWithin(text[at + 1], '\x80', '\x9f')) return true;
  }
  return false;
}

// OSC: titles, colours, folder, links, prompts; none that asks.
bool PassesCommand(std::string_view text) {
  if (HoldsC1(text)) return false;
  const auto words = base::Split(text, ';');
  const bool digits =
      std::all_of(words[0].begin(), words[0].end(), [](char c) { return IsWithin(c, '0', '9'); });
  if (words[0].empty() || !digits || words[0].size() > 3) return false;
  const unsigned number = Number(words[0]);
  const bool known = number <= 2 || number == 4 || number == 5 || number == 7 || number == 8 ||
                     (number >= 10 && number <= 19) || (number >= 104 && number <= 119) ||
                     number == 133;
  return known && std::none_of(words.begin(), words.end(),
                               [](std::string_view word) { return word.starts_with('?'); });
}

// Sixels: "P", parameters, "q".
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
  if (c == kEsc) {  // whatever was under way is over
    lone_lead_ = lone_lead_ || state_ == State::kLead;
    if (state_ == State::kLead) out += kC1Lead;
    state_ = State::kEscape;
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

void TerminalQueries::TakeText(char c, std::string& out) {
  if (state_ == State::kLead) {
    state_ = State::kText;
    // U+0080 to U+009F are ESC and 0x40 to 0x5F.
    if (IsWithin(c, '\x80', '\x9f')) {
      held_ = {kEsc, static_cast<char>(c - 0x40)};
      return Begin(held_[1], out);
    }
    out += kC1Lead;
    lone_lead_ = true;
  }
  if (c == kC1Lead) {
    state_ = State::kLead;
    return;
  }
  // What is left out must not bring together what was apart.
  if (c == kEnq || (lone_lead_ && IsWithin(c, '\x80', '\x9f'))) return;
  lone_lead_ = false;
  out += c;
}

// Behind ESC.
void TerminalQueries::Begin(char introducer, std::string& out) {
  kind_ = introducer;
  escaped_ = false;
  if (introducer == '[') {
    state_ = State::kControl;
  } else if (IsOneOf(introducer, "P]X^_")) {
    state_ = State::kString;
  } else if (introducer == 'Z') {  // DECID
    state_ = State::kText;
  } else {
    Keep(out);
  }
}

void TerminalQueries::TakeEscape(char c, std::string& out) {
  if (c == kCan || c == kSub) {
    state_ = State::kText;
  } else if (IsControl(c)) {
    Pass(c, out);  // a terminal acts on it in between
  } else if (!IsAscii(c)) {
    state_ = State::kText;  // no sequence
    TakeText(c, out);
  } else if (held_.size() == 1) {
    held_ += c;
    if (IsWithin(c, ' ', '/')) return;  // an intermediate: the final byte follows
    Begin(c, out);
  } else {
    held_ += c;
    if (IsWithin(c, ' ', '/') && held_.size() < kMaxSequence) return;
    Keep(out);
  }
}

void TerminalQueries::TakeControl(char c, std::string& out) {
  if (c == kDel) return;
  if (c == kCan || c == kSub) {
    state_ = State::kText;
    return;
  }
  if (IsControl(c)) {
    Pass(c, out);
    return;
  }
  if (IsWithin(c, ' ', '?')) {
    if (held_.size() < kMaxSequence) held_ += c;  // an overlong one is none that passes
    return;
  }
  state_ = State::kText;
  if (!IsWithin(c, '@', '~')) return TakeText(c, out);  // no sequence: text goes on
  const std::string_view body = std::string_view(held_).substr(kIntroducer);
  const std::size_t end = std::min(body.find_first_of(" !\"#$%&'()*+,-./"), body.size());
  if (held_.size() >= kMaxSequence || !PassesControl(body.substr(0, end), body.substr(end), c)) {
    return;
  }
  NoteScreen(body.substr(0, end), c);
  held_ += c;
  Keep(out);
}

void TerminalQueries::TakeString(char c, std::string& out) {
  if (c == kCan || c == kSub) {
    if (state_ == State::kPicture) out += c;
    state_ = State::kText;
    return;
  }
  if (escaped_ && c != '\\') {  // ESC ends it, whatever follows
    if (state_ == State::kPicture) out += kSt;
    state_ = State::kEscape;
    held_ = kEsc;
    return Take(c, out);
  }
  if (escaped_) return EndString(kSt, out);
  if (c == kBel && kind_ == ']') return EndString({&c, 1}, out);
  escaped_ = c == kEsc;
  if (escaped_) return;
  if (IsControl(c)) return;  // means nothing in a string, and would hide what does
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

// A control within a sequence.
void TerminalQueries::Pass(char c, std::string& out) {
  if (c == kEnq) return;
  out += c;
  lone_lead_ = false;
}

void TerminalQueries::Keep(std::string& out) {
  lone_lead_ = false;
  out += held_;
  state_ = State::kText;
}

void TerminalQueries::NoteScreen(std::string_view parameters, char final) {
  if ((final != 'h' && final != 'l') || !parameters.starts_with('?')) return;
  for (const std::string_view mode : base::Split(parameters.substr(1), ';')) {
    if (mode == "47" || mode == "1047" || mode == "1049") alternate_screen_ = final == 'h';
  }
}

}  // namespace record
