// Input: takes values off the bytes of a fuzz input, from the front. Once they are used up, every
// value is 0 or empty.
#ifndef ONEOFF_TESTS_FUZZ_INPUT_H_
#define ONEOFF_TESTS_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fuzz {

// What has to hold for every input. The report names the line.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size)
      : rest_(reinterpret_cast<const char*>(bytes), size) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::uint8_t Byte() {
    const std::string_view one = Take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one.front());
  }
  bool Bool() { return (Byte() & 1U) != 0; }
  // Little endian, of at most `bytes` bytes.
  std::uint64_t Number(std::size_t bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) number |= std::uint64_t{Byte()} << (8 * i);
    return number;
  }
  std::uint32_t Uint32() { return static_cast<std::uint32_t>(Number(4)); }
  // As long as one byte says.
  std::string String() { return std::string(Take(Byte())); }
  // At most so many.
  std::string Bytes(std::size_t size) { return std::string(Take(size)); }
  // Bytes up to `end`, which is taken off, too; all, if it is not there.
  std::string Until(char end) {
    const std::size_t at = rest_.find(end);
    std::string taken(Take(std::min(at, rest_.size())));
    (void)Take(1);
    return taken;
  }

 private:
  std::string_view Take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

}  // namespace fuzz

#endif  // ONEOFF_TESTS_FUZZ_INPUT_H_
