// Pen: how a terminal draws a character: colours and attributes, as SGR sets them (ECMA-48 8.3.117,
// and xterm's extensions).
#ifndef ONEOFF_GATEWAY_SCREEN_PEN_H_
#define ONEOFF_GATEWAY_SCREEN_PEN_H_

#include <cstdint>
#include <string>
#include <vector>

namespace screen {

// A parameter of a control sequence. `joined`: a colon follows, so the next one belongs to it.
struct Parameter {
  int value = kMissing;
  bool joined = false;

  static constexpr int kMissing = -1;
  int Or(int other) const { return value == kMissing ? other : value; }
};

struct Color {
  enum class Kind : std::uint8_t { kDefault, kIndexed, kRgb };

  Kind kind = Kind::kDefault;
  std::uint8_t red = 0;  // of kIndexed: the index
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  bool operator==(const Color&) const = default;
};

struct Pen {
  Color foreground;
  Color background;
  Color underline_color;
  std::uint16_t attributes = 0;  // of Attribute
  std::uint8_t underline = 0;    // 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed
  bool guarded = false;          // DECSCA: selective erase leaves the character

  enum Attribute : std::uint16_t {
    kBold = 1U << 0U,
    kFaint = 1U << 1U,
    kItalic = 1U << 2U,
    kBlink = 1U << 3U,
    kReverse = 1U << 4U,
    kConceal = 1U << 5U,
    kStrike = 1U << 6U,
    kOverline = 1U << 7U,
  };

  bool operator==(const Pen&) const = default;

  // Applies the parameters of one SGR. Unknown ones have no effect.
  void Apply(const std::vector<Parameter>& parameters);
  // The pen of erased cells: the background's colour alone.
  Pen Erased() const;
};

// Returns the sequences that set `pen` on a terminal with any other one.
std::string Sgr(const Pen& pen);

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_PEN_H_
