// Any bytes as a command line: it is words, or a named reason why not; never both, never neither.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "release/command/command_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view string(reinterpret_cast<const char*>(bytes), size);
  const auto line = release::ParseCommandLine(string);
  if (!line) {
    if (line.error().message.empty()) std::abort();
    return 0;
  }
  // Its own text stands in it, and only blanks and newlines follow.
  const std::size_t at = string.rfind(line->text);
  if (at == std::string_view::npos) std::abort();
  const std::string_view rest = string.substr(at + line->text.size());
  if (rest.find_first_not_of(" \t\n") != std::string_view::npos) std::abort();
  if (!line->needs_shell) return 0;
  if (!line->words.empty() || !line->assignments.empty()) std::abort();
  if (line->needs_shell->column == 0 || line->needs_shell->column > size) std::abort();
  if (release::RefuseShell(*line->needs_shell).message.find('\n') != std::string_view::npos) {
    std::abort();
  }
  return 0;
}
