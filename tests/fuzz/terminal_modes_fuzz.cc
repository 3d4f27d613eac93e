// Encoded terminal modes as a client sends them: a read that stays inside, and nothing but what
// they name is changed.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "gateway/run/pty.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view encoded(reinterpret_cast<const char*>(data), size);
  termios zeros{};
  run::ApplyModes(encoded, zeros);
  termios ones{};
  std::memset(&ones, 0xFF, sizeof ones);
  run::ApplyModes(encoded, ones);
  // What was set by the modes is the same in both; what was not is as it was.
  const auto told = [](tcflag_t from_zero, tcflag_t from_one) {
    return (from_zero & ~from_one) == 0;
  };
  fuzz::Require(told(zeros.c_iflag, ones.c_iflag) && told(zeros.c_oflag, ones.c_oflag) &&
                told(zeros.c_lflag, ones.c_lflag));
  for (std::size_t i = 0; i < NCCS; ++i) {
    fuzz::Require(zeros.c_cc[i] == ones.c_cc[i] || (zeros.c_cc[i] == 0 && ones.c_cc[i] == 0xFF));
  }
  // A second time changes nothing.
  termios again = zeros;
  run::ApplyModes(encoded, again);
  fuzz::Require(again.c_iflag == zeros.c_iflag && again.c_oflag == zeros.c_oflag &&
                again.c_lflag == zeros.c_lflag && again.c_cflag == zeros.c_cflag);
  return 0;
}
