// Any bytes as a command line: it is words, or a named reason why not; never both, never neither.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "release/command_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view string(reinterpret_cast<const char*>(bytes), size);
  const auto line = release::ParseCommandLine(string);
  if (!line) {
    if (line.error().message.empty()) std::abort();
    return 0;
  }
  if (!string.ends_with(line->text)) std::abort();
  if (!line->needs_shell) return 0;
  if (!line->words.empty() || !line->assignments.empty()) std::abort();
  if (line->needs_shell->column == 0 || line->needs_shell->column > size) std::abort();
  if (release::RefuseShell(*line->needs_shell).message.find('\n') != std::string_view::npos) {
    std::abort();
  }
  return 0;
}
