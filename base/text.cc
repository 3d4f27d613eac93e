#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

namespace base {
namespace {

// What a first byte allows: the length of its sequence, and the range of the second byte. RFC 3629:
// no overlong forms, no surrogates, nothing above U+10FFFF.
struct Utf8Form {
  std::size_t length = 0;  // 0: no sequence begins with this byte
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Utf8Form Utf8FormOf(unsigned char first) {
  if (first < 0x80) return {.length = 1};
  if (first >= 0xC2 && first <= 0xDF) return {.length = 2};
  if (first == 0xE0) return {.length = 3, .low = 0xA0};
  if (first == 0xED) return {.length = 3, .low = 0x80, .high = 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {.length = 3};
  if (first == 0xF0) return {.length = 4, .low = 0x90};
  if (first >= 0xF1 && first <= 0xF3) return {.length = 4};
  if (first == 0xF4) return {.length = 4, .low = 0x80, .high = 0x8F};
  return {};
}

// The length of the valid UTF-8 sequence at the start of `bytes`, or 0.
std::size_t Utf8Sequence(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const Utf8Form form = Utf8FormOf(at(0));
  if (form.length <= 1) return form.length;
  if (bytes.size() < form.length || at(1) < form.low || at(1) > form.high) return 0;
  for (std::size_t i = 2; i < form.length; ++i) {
    if (at(i) < 0x80 || at(i) > 0xBF) return 0;
  }
  return form.length;
}

// The code point of a valid sequence.
std::uint32_t Character(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return first;
  std::uint32_t character = first & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) {
    character = character << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return character;
}

// Invisible characters, those that reorder or break lines, and blanks that look like a space: with
// them one text can look like another. Unicode's Default_Ignorable_Code_Point and White_Space
// without ASCII, the braille blank, and the object replacement character.
struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
constexpr std::array<Range, 22> kDeceiving = {
    {{0xA0, 0xA0},       {0xAD, 0xAD},      {0x34F, 0x34F},   {0x61C, 0x61C},   {0x115F, 0x1160},
     {0x1680, 0x1680},   {0x17B4, 0x17B5},  {0x180B, 0x180F}, {0x2000, 0x200F}, {0x2028, 0x202F},
     {0x205F, 0x205F},   {0x2060, 0x206F},  {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164},
     {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},  {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFC}, {0x1BCA0, 0x1BCA3},
     {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}}};

bool IsDeceiving(std::uint32_t character) {
  if (character < kDeceiving.front().first) return false;
  return std::any_of(kDeceiving.begin(), kDeceiving.end(), [&](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoValue = 0xFF;
constexpr auto kBase64Value = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoValue);
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

// The brackets are left bare for rake's task[argument]: a POSIX shell keeps a pattern that matches
// no file as it is (XCU 2.13.3).
bool NeedsNoQuotes(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("@%+=:,./-_[]").find(c) != std::string_view::npos;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string WithCarriageReturns(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') lines += '\r';
    lines += c;
  }
  return lines;
}

std::string Escape(std::string_view bytes, std::size_t limit) {
  std::string out;
  const std::string_view shown = bytes.substr(0, limit);
  for (std::size_t i = 0; i < shown.size();) {
    const auto c = static_cast<unsigned char>(shown[i]);
    const std::size_t length = Utf8Sequence(shown.substr(i));
    // Terminals treat U+0080 to U+009F as control characters (C1).
    const bool control =
        c < 0x20 || c == 0x7F ||
        (length == 2 && c == 0xC2 && static_cast<unsigned char>(shown[i + 1]) < 0xA0);
    if (length == 0 || control) {
      out += fmt::format("\\x{:02x}", c);
      ++i;
      continue;
    }
    const std::string_view sequence = shown.substr(i, length);
    const std::uint32_t character = Character(sequence);
    if (IsDeceiving(character)) {
      out += fmt::format("\\u{{{:x}}}", character);
    } else {
      out += sequence;
    }
    i += length;
  }
  if (shown.size() < bytes.size()) out += "...";
  return out;
}

std::string Quote(std::string_view bytes, std::size_t limit) {
  return "'" + Escape(bytes.substr(0, limit), limit) + "'" + (bytes.size() > limit ? "..." : "");
}

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = Utf8Sequence(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string Base64Encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= n ? kBase64[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    std::size_t padding = 0;
    for (const char c : text.substr(i, 4)) {
      const std::uint8_t value = kBase64Value[static_cast<unsigned char>(c)];
      if (c == '=' && i + 4 == text.size()) {
        ++padding;
      } else if (value == kNoValue || padding > 0) {
        return std::nullopt;
      }
      group = group << 6 | (c == '=' ? 0U : value);
    }
    // The unused bits of the last group must be zero (RFC 4648 3.5): each value has one encoding.
    if (padding > 2 || (group & ((1U << (8 * padding)) - 1)) != 0) return std::nullopt;
    for (std::size_t k = 0; k < 3 - padding; ++k) {
      out += static_cast<char>(group >> (16 - 8 * k) & 0xFF);
    }
  }
  return out;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string Join(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = word.size() / 3 + 2;  // a larger distance is another word
  for (const std::string& candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string ShellJoin(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    if (!word.empty() && std::all_of(word.begin(), word.end(), NeedsNoQuotes)) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) {
      if (c == '\'') {
        line += "'\\''";
      } else {
        line += c;
      }
    }
    line += '\'';
  }
  return line;
}

}  // namespace base
