// ZeroWidth: tells which characters libvterm adds to the one before them (combining characters).
// libvterm's tables are internal, so it asks libvterm and remembers the answers.
#ifndef ONEOFF_GATEWAY_SCREEN_ZERO_WIDTH_H_
#define ONEOFF_GATEWAY_SCREEN_ZERO_WIDTH_H_

#include <string_view>
#include <vector>

#include "gateway/screen/vterm.h"

namespace screen {

class ZeroWidth {
 public:
  ZeroWidth();
  ZeroWidth(const ZeroWidth&) = delete;
  ZeroWidth& operator=(const ZeroWidth&) = delete;
  ~ZeroWidth() = default;

  // `utf8` is the same character.
  bool Has(char32_t character, std::string_view utf8);

 private:
  static int OnGlyph(VTermGlyphInfo* info, VTermPos at, void* self) noexcept;

  VTermPtr vterm_;
  bool combined_ = false;    // of the character that was asked for last
  std::vector<bool> known_;  // by character; empty before the first question
  std::vector<bool> zero_;
};

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_ZERO_WIDTH_H_
