#include "release/isolation/toml_pairs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

constexpr int kMaxDepth = 8;  // of nested arrays and inline tables

using Keys = std::vector<std::string>;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<TomlPair> Read() {
    while (SkipBlank(Newlines::kSkip), at_ < text_.size()) {
      if (!(Peek() == '[' ? ReadHeader() : ReadPair(table_, 0)) || !EndOfLine()) break;
    }
    return std::move(pairs_);
  }

 private:
  enum class Newlines { kKeep, kSkip };

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  // Skips blanks and comments.
  void SkipBlank(Newlines newlines) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && newlines == Newlines::kSkip)) {
        ++at_;
      } else {
        return;
      }
    }
  }

  bool EndOfLine() {
    SkipBlank(Newlines::kKeep);
    return at_ == text_.size() || Peek() == '\n';
  }

  // [TABLE] and [[TABLE]]
  bool ReadHeader() {
    const bool array = Take("[[");
    if (!array) ++at_;
    table_.clear();
    return ReadKeys(table_) && Take(array ? "]]" : "]");
  }

  // A dotted key, appended to `keys`.
  bool ReadKeys(Keys& keys) {
    do {
      SkipBlank(Newlines::kKeep);
      auto key = ReadKey();
      if (!key || keys.size() == kMaxTomlKeys) return false;
      keys.push_back(std::move(*key));
      SkipBlank(Newlines::kKeep);
    } while (Take("."));
    return true;
  }

  std::optional<std::string> ReadKey() {
    if (Peek() == '"' || Peek() == '\'') return ReadString();
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsBare(text_[at_])) ++at_;
    if (at_ == begin) return std::nullopt;
    return std::string(text_.substr(begin, at_ - begin));
  }

  static bool IsBare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  }

  bool ReadPair(const Keys& table, int depth) {
    TomlPair pair{table, {}, LineAt(at_)};
    if (!ReadKeys(pair.keys) || !Take("=")) return false;
    SkipBlank(Newlines::kKeep);
    if (Peek() == '{') return ReadInlineTable(pair.keys, depth + 1);
    if (!ReadValue(pair.strings, depth)) return false;
    if (!pair.strings.empty()) pairs_.push_back(std::move(pair));
    // The file belongs to the app's user; nothing of it may grow without bound.
    return pairs_.size() < kMaxTomlPairs;
  }

  bool ReadInlineTable(const Keys& keys, int depth) {
    if (depth > kMaxDepth) return false;
    ++at_;
    SkipBlank(Newlines::kSkip);
    while (!Take("}")) {
      if (!ReadPair(keys, depth)) return false;
      SkipBlank(Newlines::kSkip);
      if (Take(",")) {
        SkipBlank(Newlines::kSkip);
      } else if (Peek() != '}') {
        return false;
      }
    }
    return true;
  }

  bool ReadValue(std::vector<std::string>& strings, int depth) {
    if (depth > kMaxDepth) return false;
    if (Peek() == '"' || Peek() == '\'') {
      auto string = ReadString();
      if (string) strings.push_back(std::move(*string));
      return string.has_value();
    }
    if (Peek() == '[') return ReadArray(strings, depth + 1);
    // A number, a date, true or false.
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(",]}#\n", at_), text_.size());
    if (at_ > begin) strings.emplace_back(base::Trim(text_.substr(begin, at_ - begin)));
    return at_ > begin;
  }

  bool ReadArray(std::vector<std::string>& strings, int depth) {
    ++at_;
    SkipBlank(Newlines::kSkip);
    while (!Take("]")) {
      // Tables in an array are skipped: no file that this reads needs one.
      const std::size_t pairs = pairs_.size();
      if (!(Peek() == '{' ? ReadInlineTable({}, depth) : ReadValue(strings, depth))) return false;
      pairs_.resize(pairs);
      SkipBlank(Newlines::kSkip);
      if (Take(",")) {
        SkipBlank(Newlines::kSkip);
      } else if (Peek() != ']') {
        return false;
      }
    }
    return true;
  }

  std::optional<std::string> ReadString() {
    const char quote = Peek();
    const std::string three(3, quote);
    const bool lines = Take(three);
    if (!lines) ++at_;
    if (lines && !Take("\r\n")) (void)Take("\n");
    std::string string;
    while (at_ < text_.size()) {
      if (lines ? Take(three) : Take(std::string_view(&quote, 1))) return string;
      const char c = text_[at_++];
      if (c == '\n' && !lines) return std::nullopt;
      if (c != '\\' || quote == '\'') {
        string += c;
      } else if (!ReadEscape(string, lines)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  // An escape for a character beyond ASCII is only checked for its form.
  bool ReadEscape(std::string& string, bool lines) {
    constexpr std::string_view kNames = "btnfr\"\\";
    constexpr std::string_view kMeant = "\b\t\n\f\r\"\\";
    const char c = Peek();
    if (const std::size_t which = kNames.find(c); c != '\0' && which != std::string_view::npos) {
      string += kMeant[which];
      ++at_;
      return true;
    }
    const std::size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      string += '?';
      at_ = std::min(at_ + 1 + digits, text_.size());
      return true;
    }
    if (!lines) return false;
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    return true;
  }

  std::size_t LineAt(std::size_t at) {
    for (; counted_ < at; ++counted_) {
      if (text_[counted_] == '\n') ++line_;
    }
    return line_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t line_ = 1;
  Keys table_;
  std::vector<TomlPair> pairs_;
};

}  // namespace

std::vector<TomlPair> ReadTomlPairs(std::string_view text) { return Reader(text).Read(); }

}  // namespace release
