#include "gateway/screen/zero_width.h"

#include <cstddef>
#include <string>

namespace screen {
namespace {

constexpr std::size_t kCharacters = 0x110000;  // of Unicode

}  // namespace

ZeroWidth::ZeroWidth() : vterm_(vterm_new(1, 8)) {
  static const VTermStateCallbacks kCallbacks = [] {
    VTermStateCallbacks callbacks{};
    callbacks.putglyph = &ZeroWidth::OnGlyph;
    return callbacks;
  }();
  vterm_set_utf8(vterm_.get(), 1);
  VTermState* const state = vterm_obtain_state(vterm_.get());
  vterm_state_set_callbacks(state, &kCallbacks, this);
  vterm_state_reset(state, 1);
}

bool ZeroWidth::Has(char32_t character, std::string_view utf8) {
  if (character < 0x300 && character != 0xad) return false;  // as Unicode has it
  if (character >= kCharacters) return false;
  if (known_.empty()) {
    known_.resize(kCharacters);
    zero_.resize(kCharacters);
  }
  if (!known_[character]) {
    Write(vterm_, "\x1b[1Gx");
    Write(vterm_, utf8);
    known_[character] = true;
    zero_[character] = combined_;
  }
  return zero_[character];
}

int ZeroWidth::OnGlyph(VTermGlyphInfo* info, VTermPos /*at*/, void* self) noexcept {
  static_cast<ZeroWidth*>(self)->combined_ = info->chars[1] != 0 || info->width < 1;
  return 1;
}

}  // namespace screen
