// A terminal's output with its questions taken out: the same however the bytes are cut, and nothing
// is left in it that would be taken out, or that brings a question together.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/record/terminal_queries.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t cut = input.Number(2);
  const std::string_view bytes = input.rest();
  record::TerminalQueries whole;
  const std::string left = whole.Without(bytes);
  fuzz::Require(left.size() <= 2 * bytes.size());  // a picture that was broken off is ended

  record::TerminalQueries pieces;
  std::string together = pieces.Without(bytes.substr(0, cut));
  if (cut < bytes.size()) together += pieces.Without(bytes.substr(cut));
  fuzz::Require(together == left);
  fuzz::Require(pieces.alternate_screen() == whole.alternate_screen());

  fuzz::Require(record::TerminalQueries().Without(left) == left);
  for (const std::string_view asked :
       {"\x05", "\x1bZ", "\x1b[6n", "\x1b[c", "\x1b[>", "\x1b%", "\xc2\x9b", "\x1b]11;"}) {
    fuzz::Require(left.find(asked) == std::string::npos);
  }
  // Between what two streams leave to one terminal nothing comes together, either.
  record::TerminalQueries other;
  const std::string both = record::TerminalQueries().Without(bytes.substr(0, cut)) +
                           other.Without(cut < bytes.size() ? bytes.substr(cut) : "");
  fuzz::Require(both.find("\xc2\x9b") == std::string::npos &&
                both.find("\x1b[6n") == std::string::npos);
  return 0;
}
