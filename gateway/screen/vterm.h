// libvterm's header, and its terminal as an owned object. Version 0.1.4 is not safe with hostile
// input; interpreter.h says which bytes it gets.
#ifndef ONEOFF_GATEWAY_SCREEN_VTERM_H_
#define ONEOFF_GATEWAY_SCREEN_VTERM_H_

#include <vterm.h>

#include <memory>
#include <string_view>

namespace screen {

struct VTermDeleter {
  void operator()(VTerm* vterm) const { vterm_free(vterm); }
};
using VTermPtr = std::unique_ptr<VTerm, VTermDeleter>;

inline void Write(const VTermPtr& vterm, std::string_view bytes) {
  (void)vterm_input_write(vterm.get(), bytes.data(), bytes.size());
}

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_VTERM_H_
