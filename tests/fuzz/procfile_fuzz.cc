// Any bytes as a Procfile: a bounded list of names and commands that a shell can be given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "release/command/procfile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto file = release::ParseProcfile({reinterpret_cast<const char*>(bytes), size});
  if (file.processes.size() > release::kMaxProcesses) std::abort();
  for (const release::Process& process : file.processes) {
    if (process.name.empty() || process.command.empty()) std::abort();
    if (process.command.find_first_of(std::string_view("\0\n", 2)) != std::string::npos) {
      std::abort();
    }
    if (file.Find(process.name) != &process) std::abort();
  }
  return 0;
}
