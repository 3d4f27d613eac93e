#include "gateway/screen/sequences.h"

#include <algorithm>

#include "base/text.h"

namespace screen {
namespace {

constexpr char kEsc = '\x1b';
constexpr char kBel = '\x07';
constexpr char kCan = '\x18';
constexpr char kSub = '\x1a';
constexpr char kDel = '\x7f';
constexpr char kC1Lead = '\xc2';
constexpr std::string_view kSt = "\x1b\\";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::size_t kMaxIntermediates = 4;

bool IsWithin(char c, char first, char last) { return c >= first && c <= last; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }
bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool IsDigit(char c) { return IsWithin(c, '0', '9'); }

// How many bytes a character with this first byte has (RFC 3629); 0 if it begins none.
std::size_t SizeOf(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0x80U) return 1;
  if (byte >= 0xc2U && byte <= 0xdfU) return 2;
  if (byte >= 0xe0U && byte <= 0xefU) return 3;
  return byte >= 0xf0U && byte <= 0xf4U ? 4 : 0;
}

}  // namespace

void Sequences::Take(std::string_view bytes, Sink& sink) {
  std::string joined;
  if (!character_.empty()) {
    joined = character_ + std::string(bytes);
    character_.clear();
    bytes = joined;
  }
  while (!bytes.empty()) {
    Break(bytes[0]);
    if (state_ == State::kText && !IsControl(bytes[0]) && bytes[0] != kDel) {
      bytes.remove_prefix(TakeText(bytes, sink));
    } else {
      TakeByte(bytes[0], sink);
      bytes.remove_prefix(1);
    }
  }
}

// Ends an unfinished sequence that `next` cannot belong to.
void Sequences::Break(char next) {
  if (escaped_ && next != '\\') {  // ESC ends a string, with or without a backslash
    escaped_ = false;
    state_ = State::kEscape;
    held_ = kEsc;
  }
  if ((state_ == State::kEscape || state_ == State::kControl) && !IsAscii(next)) {
    state_ = State::kText;
  }
}

// Takes the text at the beginning of `bytes`, and returns its size. Ends after the introducer of a
// C1 control.
std::size_t Sequences::TakeText(std::string_view bytes, Sink& sink) {
  std::size_t start = 0;
  std::size_t at = 0;
  const auto flush = [&] {
    if (at > start) sink.OnText(bytes.substr(start, at - start));
  };
  while (at < bytes.size() && !IsControl(bytes[at]) && bytes[at] != kDel) {
    if (IsAscii(bytes[at])) {
      ++at;
      continue;
    }
    const std::size_t size = SizeOf(bytes[at]);
    std::size_t have = 1;
    while (have < size && at + have < bytes.size() && IsWithin(bytes[at + have], '\x80', '\xbf')) {
      ++have;
    }
    const std::string_view character = bytes.substr(at, have);
    if (have < size && at + have == bytes.size()) {  // the rest is still to come
      flush();
      character_ = character;
      return bytes.size();
    }
    if (have == size && character[0] == kC1Lead && IsWithin(character[1], '\x80', '\x9f')) {
      flush();
      held_ = kEsc;
      state_ = State::kEscape;
      TakeEscape(static_cast<char>(character[1] - 0x40), sink);
      return at + have;
    }
    if (have == size && base::IsUtf8(character)) {
      at += have;
      continue;
    }
    flush();
    sink.OnText(kReplacement);
    at += have;
    start = at;
  }
  flush();
  return at;
}

void Sequences::TakeByte(char c, Sink& sink) {
  if (state_ == State::kString || state_ == State::kSkipped) return TakeString(c, sink);
  if (c == kDel || c == '\0') return;
  if (c == kEsc) {  // begins anew
    state_ = State::kEscape;
    held_ = c;
  } else if (c == kCan || c == kSub) {
    state_ = State::kText;
  } else if (IsControl(c)) {
    sink.OnSequence({&c, 1});  // also within a sequence
  } else if (state_ == State::kEscape) {
    TakeEscape(c, sink);
  } else {
    TakeControl(c, sink);
  }
}

void Sequences::TakeEscape(char c, Sink& sink) {
  if (IsWithin(c, ' ', '/')) {
    if (held_.size() <= kMaxIntermediates) held_ += c;
  } else if (held_.size() == 1) {
    held_ += c;
    Begin(c, sink);
  } else {
    held_ += c;
    End(sink);
  }
}

// Handles the byte after ESC.
void Sequences::Begin(char introducer, Sink& sink) {
  escaped_ = false;
  if (introducer == '[') {
    state_ = State::kControl;
    parameters_ = 0;
    digits_ = 0;
    malformed_ = false;
  } else if (introducer == ']') {
    state_ = State::kString;
  } else if (introducer == 'P' || introducer == 'X' || introducer == '^' || introducer == '_') {
    state_ = State::kSkipped;
  } else {
    End(sink);
  }
}

void Sequences::TakeControl(char c, Sink& sink) {
  const char last = held_.back();
  if (IsWithin(c, '@', '~')) {
    held_ += c;
    if (!malformed_) return End(sink);
    state_ = State::kText;
  } else if (IsWithin(c, '<', '?')) {
    malformed_ |= last != '[' || held_.size() != 2;  // one, and in front
    if (!malformed_) held_ += c;
  } else if (IsWithin(c, ' ', '/')) {
    malformed_ |= IsWithin(last, ' ', '/');  // no known sequence has two
    if (!malformed_) held_ += c;
  } else if (IsWithin(last, ' ', '/')) {
    malformed_ = true;
  } else if (IsDigit(c)) {
    if (parameters_ >= kMaxParameters || digits_ >= kMaxDigits) return;
    ++digits_;
    held_ += c;
  } else if (parameters_ < kMaxParameters) {
    digits_ = 0;
    if (++parameters_ < kMaxParameters) held_ += c;
  }
}

void Sequences::TakeString(char c, Sink& sink) {
  const bool osc = held_[1] == ']';
  const bool ends = escaped_ ? c == '\\' : c == kBel && osc;
  escaped_ = false;
  if (c == kCan || c == kSub) {
    state_ = State::kText;
  } else if (ends) {
    if (state_ == State::kSkipped) {
      state_ = State::kText;
    } else {
      held_ += kSt;
      End(sink);
    }
  } else if (c == kEsc) {
    escaped_ = true;
  } else if (state_ == State::kString && !IsControl(c)) {
    held_ += c;
    if (held_.size() < kMaxSequence) return;
    held_ = "\x1b]9999;";  // without a meaning, and ends as this one does
    state_ = State::kSkipped;
  }
}

void Sequences::End(Sink& sink) {
  state_ = State::kText;
  sink.OnSequence(held_);
}

std::string Sequences::pending() const {
  if (state_ == State::kText) return character_;
  // A malformed sequence stays one: two intermediates are.
  if (state_ == State::kControl && malformed_) return "\x1b[  ";
  if (state_ == State::kControl && parameters_ == kMaxParameters) return held_ + ";";
  return held_ + (escaped_ ? "\x1b" : "");
}

}  // namespace screen
