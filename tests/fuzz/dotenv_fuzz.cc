// Any bytes as a .env file: bounded values without a zero byte, lines that exist, messages without
// values.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "release/dotenv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::string home = "/home/deploy";
  const auto file = release::ParseDotenv(
      text, [&](std::string_view name) { return name == "HOME" ? &home : nullptr; });
  if (!file) return 0;
  const auto breaks =
      std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  const std::size_t lines = static_cast<std::size_t>(breaks) + 1;
  for (const release::DotenvEntry& entry : file->entries) {
    if (entry.name.empty() || entry.line == 0 || entry.line > lines) std::abort();
    if (entry.value.size() > release::kMaxValue) std::abort();
    if (entry.value.find('\0') != std::string::npos) std::abort();
  }
  for (const auto& warning : file->warnings) {
    if (warning.line == 0 || warning.line > lines) std::abort();
  }
  return 0;
}
