// Screen: what a terminal shows after some output, and the bytes that draw it on another one.
//
//    screen::Screen screen({rows, columns});
//    screen.Feed(output);            // as it was recorded, in pieces of any size
//    screen.Resize({rows, columns}); // in its place among the output
//    Write(screen.Draw());           // now that terminal goes on as the recorded one
//
// The output may be hostile; its time is linear and its memory is bounded (interpreter.h). Not
// followed: lines of double width or height, palettes, links, pictures, kitty's keyboard modes.
#ifndef ONEOFF_GATEWAY_SCREEN_SCREEN_H_
#define ONEOFF_GATEWAY_SCREEN_SCREEN_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/screen/drawing.h"
#include "gateway/screen/state.h"

namespace screen {

class Interpreter;

class Screen {
 public:
  // Sizes are bounded (Bounded in grid.h). `history`: lines to keep that leave the screen at its
  // top, at most 10,000.
  explicit Screen(Size size, std::size_t history = 0);
  Screen(Screen&&) noexcept;
  Screen& operator=(Screen&&) noexcept;
  ~Screen();

  void Feed(std::string_view output);
  void Resize(Size size);
  const State& state() const;

  std::string Draw(const DrawOptions& options = {}) const { return screen::Draw(state(), options); }
  std::string Print(Style style) const { return screen::Print(state(), style); }

 private:
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_SCREEN_H_
