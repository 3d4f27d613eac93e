// A terminal's output with changes of its size in between: what is drawn from its screen makes an
// equal screen, which goes on alike; and a screen is the same however its output is cut.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/screen/screen.h"
#include "tests/fuzz/input.h"

namespace {

screen::Size SizeOf(fuzz::Input& input) { return {1 + input.Byte() % 40, 1 + input.Byte() % 100}; }

void RequireSame(const screen::Screen& a, const screen::Screen& b) {
  fuzz::Require(screen::Describe(a.state()) == screen::Describe(b.state()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  screen::Screen screen(SizeOf(input), input.Byte());
  screen::Screen pieces(screen.state().size);
  for (int i = 0; i < 4; ++i) {
    const std::string output = input.String();
    screen.Feed(output);
    for (const char c : output) pieces.Feed({&c, 1});
    RequireSame(screen, pieces);
    const screen::Size other = SizeOf(input);
    screen.Resize(other);
    pieces.Resize(other);
  }
  const std::string later = input.Bytes(128);
  const std::string_view before = input.rest();
  screen.Feed(before);
  const std::string drawing = screen.Draw();
  fuzz::Require(drawing.size() < 1'000'000);
  fuzz::Require(screen.state().history.size() <= 255);
  screen::Screen drawn(screen.state().size);
  drawn.Feed(drawing);
  RequireSame(screen, drawn);
  screen.Feed(later);
  drawn.Feed(later);
  RequireSame(screen, drawn);
  (void)screen.Draw({.history = 100, .input = false, .title = false, .pending = false});
  (void)screen.Print(screen::Style::kColored);
  return 0;
}
