// The processes that come from a run, found in /proc: a process whose parent has exited is a child
// of the subreaper (prctl(2)) and not of the run's command.
//
// The supervisor, the broker and the parity commands use it. /proc changes while it is read, so a
// list is never exact: callers repeat. With hidepid (proc(5)) other users' processes are missing.
#ifndef ONEOFF_GATEWAY_RUN_PROCESS_TREE_H_
#define ONEOFF_GATEWAY_RUN_PROCESS_TREE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace run {

// One line of /proc/PID/stat. pid and start time together name a process until the next boot.
struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';              // proc(5); 'Z': exited and not reaped
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::string name;              // the process sets it: at most 15 bytes, any but NUL
};

// Parses a line of proc(5)'s stat; nullopt if the line is malformed.
// The name stands between the first " (" and the last ") ", so a name with parentheses or spaces
// does not shift the fields.
std::optional<Process> ParseStat(std::string_view line);
// Returns the process as it is now; nullopt if it has gone.
std::optional<Process> Look(pid_t pid);
// Returns every process of this pid namespace, in no order. Empty if /proc cannot be read.
std::vector<Process> AllProcesses();
// Returns those of `processes` that descend from `ancestor`, without `ancestor` itself.
// By parent, at the time of the list. Zombies are included.
std::vector<Process> DescendantsOf(pid_t ancestor, const std::vector<Process>& processes);

// Returns the user of the process; nullopt if the process has gone.
// The owner of /proc/PID: the effective uid; root for a process that is not dumpable (proc(5)).
std::optional<uid_t> OwnerOf(pid_t pid);

// Sends `signal` to `process`. Does nothing if the pid belongs to a different process now.
// Through a pidfd (pidfd_open(2), pidfd_send_signal(2)), so no other process can get the signal.
// Errors are ignored.
void SignalProcess(const Process& process, int signal);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PROCESS_TREE_H_
