#include "release/command/procfile.h"

#include <algorithm>

#include "base/text.h"

namespace release {
namespace {

constexpr std::size_t kMaxName = 64;

bool IsNameByte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

bool IsProcessName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), IsNameByte);
}

const Process* Procfile::Find(std::string_view name) const {
  const auto found = std::find_if(processes.begin(), processes.end(),
                                  [&](const Process& process) { return process.name == name; });
  return found == processes.end() ? nullptr : &*found;
}

Procfile ParseProcfile(std::string_view text) {
  constexpr std::size_t kMaxIgnored = 20;
  Procfile file;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const std::string_view trimmed = base::Trim(line);
    if (trimmed.empty() || trimmed[0] == '#') continue;
    // foreman's /^([A-Za-z0-9_-]+):\s*(.+)$/
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    const std::string_view command =
        colon == std::string_view::npos ? "" : base::Trim(line.substr(colon + 1));
    const bool good = !name.empty() && name.size() <= kMaxName && !command.empty() &&
                      command.size() <= kMaxProcessCommand &&
                      command.find('\0') == std::string_view::npos &&
                      std::all_of(name.begin(), name.end(), IsNameByte);
    if (good && file.processes.size() < kMaxProcesses && file.Find(name) == nullptr) {
      file.processes.push_back({std::string(name), std::string(command), number});
    } else if (file.ignored.size() < kMaxIgnored) {
      file.ignored.push_back(number);
    }
  }
  return file;
}

}  // namespace release
