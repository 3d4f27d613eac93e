#include "gateway/run/process_tree.h"

#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <set>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace run {
namespace {

template <class T>
bool ParseNumber(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

struct CloseDir {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

std::optional<Process> ParseStat(std::string_view line) {
  // "PID (NAME) STATE PPID PGRP SESSION ...": the name may contain spaces and parentheses.
  const std::size_t open = line.find(" (");
  const std::size_t close = line.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  const auto fields = base::Split(line.substr(close + 2), ' ');
  Process process;
  constexpr std::size_t kStartTime = 22 - 3;  // the state is field 3
  if (fields.size() <= kStartTime || fields[0].size() != 1) return std::nullopt;
  process.state = fields[0][0];
  if (!ParseNumber(line.substr(0, open), process.pid) || !ParseNumber(fields[1], process.parent) ||
      !ParseNumber(fields[2], process.group) || !ParseNumber(fields[3], process.session) ||
      !ParseNumber(fields[kStartTime], process.start_time)) {
    return std::nullopt;
  }
  process.name = line.substr(open + 2, close - open - 2);
  return process;
}

std::optional<Process> Look(pid_t pid) {
  const auto line = base::ReadFile(AT_FDCWD, fmt::format("/proc/{}/stat", pid), 4096);
  return line ? ParseStat(*line) : std::nullopt;
}

std::vector<Process> AllProcesses() {
  std::vector<Process> processes;
  const std::unique_ptr<DIR, CloseDir> proc(opendir("/proc"));
  if (!proc) return processes;
  while (const dirent* entry = readdir(proc.get())) {  // NOLINT(concurrency-mt-unsafe): one thread
    pid_t pid = 0;
    if (!ParseNumber(std::string_view(static_cast<const char*>(entry->d_name)), pid)) continue;
    if (const auto process = Look(pid)) processes.push_back(*process);
  }
  return processes;
}

std::vector<Process> DescendantsOf(pid_t ancestor, const std::vector<Process>& processes) {
  std::set<pid_t> family = {ancestor};
  std::vector<Process> descendants;
  // In passes, because a child may stand before its parent in the list: pids wrap around.
  for (bool grown = true; grown;) {
    grown = false;
    for (const Process& process : processes) {
      if (!family.contains(process.parent) || !family.insert(process.pid).second) continue;
      descendants.push_back(process);
      grown = true;
    }
  }
  return descendants;
}

std::optional<uid_t> OwnerOf(pid_t pid) {
  struct stat status {};
  if (stat(fmt::format("/proc/{}", pid).c_str(), &status) != 0) return std::nullopt;
  return status.st_uid;
}

void SignalProcess(const Process& process, int signal) {
  const base::UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!pidfd) return;
  // The pidfd refers to the process that has the pid now. Check that it is still the same one.
  const auto now = Look(process.pid);
  if (!now || now->start_time != process.start_time) return;
  syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
}

}  // namespace run
