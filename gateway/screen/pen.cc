#include "gateway/screen/pen.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace screen {
namespace {

using Parameters = std::span<const Parameter>;

struct Switch {
  int on;
  int off;
  std::uint16_t attribute;
};
// 22 ends bold and faint; 6 is a faster blinking.
constexpr std::array<Switch, 9> kSwitches = {{{1, 22, Pen::kBold},
                                              {2, 22, Pen::kFaint},
                                              {3, 23, Pen::kItalic},
                                              {5, 25, Pen::kBlink},
                                              {6, 25, Pen::kBlink},
                                              {7, 27, Pen::kReverse},
                                              {8, 28, Pen::kConceal},
                                              {9, 29, Pen::kStrike},
                                              {53, 55, Pen::kOverline}}};

std::uint8_t Component(const Parameter& parameter) {
  return static_cast<std::uint8_t>(std::clamp(parameter.Or(0), 0, 255));
}

Color Indexed(int index) {
  return {Color::Kind::kIndexed, static_cast<std::uint8_t>(std::clamp(index, 0, 255)), 0, 0};
}

Color Rgb(Parameters parts) {
  return {Color::Kind::kRgb, Component(parts[0]), Component(parts[1]), Component(parts[2])};
}

// How many parameters a group has whose first one is joined to `rest`.
std::size_t JoinedSize(Parameters rest) {
  std::size_t size = 0;
  while (size < rest.size() && rest[size].joined) ++size;
  return std::min(size + 1, rest.size());
}

// Reads a colour after 38, 48 or 58 and takes it off `rest`. The parts are joined by colons, then
// with a colour space before red (ITU-T T.416), or by semicolons, as xterm does.
std::optional<Color> TakeColor(bool joined, Parameters& rest) {
  std::size_t size = rest.size();
  if (!joined && !rest.empty()) {
    size = std::min<std::size_t>(rest[0].value == 2 ? 4 : rest[0].value == 5 ? 2 : 1, rest.size());
  }
  const Parameters parts = rest.first(size);
  rest = rest.subspan(size);
  if (parts.size() >= 2 && parts[0].value == 5) return Indexed(parts[1].Or(0));
  if (parts.size() == 4 && parts[0].value == 2) return Rgb(parts.subspan(1));
  if (parts.size() > 4 && parts[0].value == 2) return Rgb(parts.subspan(2));
  return std::nullopt;
}

void ApplyUnderline(Pen& pen, bool joined, Parameters& rest) {
  pen.underline = 1;
  if (!joined || rest.empty()) return;
  pen.underline = static_cast<std::uint8_t>(std::clamp(rest[0].Or(1), 0, 5));
  rest = rest.subspan(1);
}

void ApplyColor(Color& color, int base, int code, bool joined, Parameters& rest) {
  if (code == base + 8) {
    color = TakeColor(joined, rest).value_or(color);
  } else if (code == base + 9) {
    color = {};
  } else {
    color = Indexed(code - base);
  }
}

bool IsWithin(int code, int first, int last) { return code >= first && code <= last; }

void ApplyOne(Pen& pen, const Parameter& first, Parameters& rest) {
  const int code = first.Or(0);
  if (code == 0) {
    const bool guarded = pen.guarded;
    pen = {};
    pen.guarded = guarded;
  } else if (code == 4) {
    ApplyUnderline(pen, first.joined, rest);
  } else if (code == 21 || code == 24) {
    pen.underline = code == 21 ? 2 : 0;
  } else if (IsWithin(code, 30, 39)) {
    ApplyColor(pen.foreground, 30, code, first.joined, rest);
  } else if (IsWithin(code, 40, 49)) {
    ApplyColor(pen.background, 40, code, first.joined, rest);
  } else if (IsWithin(code, 58, 59)) {
    ApplyColor(pen.underline_color, 50, code, first.joined, rest);
  } else if (IsWithin(code, 90, 97)) {
    pen.foreground = Indexed(code - 90 + 8);
  } else if (IsWithin(code, 100, 107)) {
    pen.background = Indexed(code - 100 + 8);
  } else {
    for (const Switch& attribute : kSwitches) {
      if (code == attribute.on) pen.attributes |= attribute.attribute;
      if (code == attribute.off) pen.attributes &= static_cast<std::uint16_t>(~attribute.attribute);
    }
  }
}

// `base` is 30, 40 or 50 (which has long forms only).
std::string Code(const Color& color, int base) {
  if (color.kind == Color::Kind::kDefault) return "";
  if (color.kind == Color::Kind::kRgb && base == 50) {
    return fmt::format(";58:2::{}:{}:{}", color.red, color.green, color.blue);
  }
  if (color.kind == Color::Kind::kRgb) {
    return fmt::format(";{};2;{};{};{}", base + 8, color.red, color.green, color.blue);
  }
  if (base == 50) return fmt::format(";58:5:{}", color.red);
  if (color.red < 8) return fmt::format(";{}", base + color.red);
  if (color.red < 16) return fmt::format(";{}", base + 60 + color.red - 8);
  return fmt::format(";{};5;{}", base + 8, color.red);
}

}  // namespace

void Pen::Apply(const std::vector<Parameter>& parameters) {
  Parameters rest(parameters);
  while (!rest.empty()) {
    const Parameter first = rest[0];
    rest = rest.subspan(1);
    if (!first.joined) {
      ApplyOne(*this, first, rest);
      continue;
    }
    Parameters group = rest.first(JoinedSize(rest));
    rest = rest.subspan(group.size());
    ApplyOne(*this, first, group);
  }
}

Pen Pen::Erased() const {
  Pen pen;
  pen.background = background;
  return pen;
}

std::string Sgr(const Pen& pen) {
  std::string text = "\x1b[0";
  std::uint16_t written = 0;
  for (const Switch& attribute : kSwitches) {
    if ((pen.attributes & attribute.attribute & ~written) == 0) continue;
    text += fmt::format(";{}", attribute.on);
    written |= attribute.attribute;
  }
  if (pen.underline == 1) text += ";4";
  if (pen.underline == 2) text += ";21";
  if (pen.underline > 2) text += fmt::format(";4:{}", pen.underline);
  // Long colours in sequences of their own: terminals bound the number of parameters.
  text += Code(pen.foreground, 30) + "m";
  for (const std::string& color : {Code(pen.background, 40), Code(pen.underline_color, 50)}) {
    if (!color.empty()) text += "\x1b[" + color.substr(1) + "m";
  }
  return text;
}

}  // namespace screen
