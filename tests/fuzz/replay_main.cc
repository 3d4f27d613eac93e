// Gives a fuzz target its kept inputs, one after the other, where there is no libFuzzer: what was
// mended stays so. No input at all is one of them.
//
//   fuzz_replay TARGET FOLDER
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using Target = int(const std::uint8_t* bytes, std::size_t size);

#define ONEOFF_FUZZ_TARGET(name) extern "C" Target name##_fuzz;
#include "fuzz_targets.inc"
#undef ONEOFF_FUZZ_TARGET

namespace {

const std::map<std::string_view, Target*>& Targets() {
  static const std::map<std::string_view, Target*> targets = {
#define ONEOFF_FUZZ_TARGET(name) {#name, name##_fuzz},
#include "fuzz_targets.inc"
#undef ONEOFF_FUZZ_TARGET
  };
  return targets;
}

std::vector<std::uint8_t> BytesOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int Replay(Target& target, const std::filesystem::path& folder) {
  std::error_code none;
  std::size_t count = 1;
  target(nullptr, 0);
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    std::cout << entry.path().string() << std::endl;  // the last one is the one that broke it
    const std::vector<std::uint8_t> bytes = BytesOf(entry.path());
    target(bytes.data(), bytes.size());
    ++count;
  }
  std::cout << count << " inputs\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv, argv + argc);
  const auto found = words.size() == 3 ? Targets().find(words[1]) : Targets().end();
  if (found == Targets().end()) {
    std::cerr << "usage: fuzz_replay TARGET FOLDER\n";
    return 64;
  }
  return Replay(*found->second, words[2]);
}
