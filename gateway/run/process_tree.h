// The processes that come from a run: found in /proc, because a child that was orphaned is nobody's
// but the subreaper's.
#ifndef ONEOFF_GATEWAY_RUN_PROCESS_TREE_H_
#define ONEOFF_GATEWAY_RUN_PROCESS_TREE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace run {

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';              // proc(5): 'Z' for one that has ended and was not reaped
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::string name;              // as it calls itself: at most 15 bytes, any but NUL
};

// proc(5)'s stat line; nullopt for anything else.
std::optional<Process> ParseStat(std::string_view line);
// The process now, or nullopt if it is gone.
std::optional<Process> Look(pid_t pid);
// Every process of this pid namespace, in no order. Empty if /proc cannot be read.
std::vector<Process> AllProcesses();
// Those of `processes` that descend from `ancestor`, itself not among them.
std::vector<Process> DescendantsOf(pid_t ancestor, const std::vector<Process>& processes);

// The user whose process it is, or nullopt if it is gone.
std::optional<uid_t> OwnerOf(pid_t pid);

// Sends `signal` to `process`, if it still is the one that was looked at.
void SignalProcess(const Process& process, int signal);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PROCESS_TREE_H_
