// What a run's folder says of it: who and what (RunRecord, when it begins), and how it ended
// (Ending).
#ifndef ONEOFF_GATEWAY_RUN_RUN_RECORD_H_
#define ONEOFF_GATEWAY_RUN_RUN_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace run {

struct RunRecord {
  static constexpr std::string_view kName = "run";
  std::string id;  // 8 characters of base32, lower case
  std::string app;
  std::string release;
  std::string person;
  std::string command;           // as typed; bytes
  std::uint64_t started_ms = 0;  // UTC, milliseconds since 1970
  std::string boot;              // the kernel's boot id: a pid means nothing after another boot
  std::uint32_t uid = 0;         // whom the command runs as
  std::int32_t supervisor = 0;   // its pid, and when that process began: proc(5) field 22
  std::uint64_t supervisor_start = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("id", self.id);
    io("app", self.app);
    io("release", self.release);
    io("person", self.person);
    io("command", self.command);
    io("started_ms", self.started_ms);
    io("boot", self.boot);
    io("uid", self.uid);
    io("supervisor", self.supervisor);
    io("supervisor_start", self.supervisor_start);
  }
};

// The command's process, once it exists; it leads its session.
struct Leader {
  static constexpr std::string_view kName = "leader";
  std::int32_t pid = 0;
  std::uint64_t start_time = 0;  // in clock ticks since boot, proc(5) field 22
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("pid", self.pid);
    io("start_time", self.start_time);
  }
};

enum class How : int {
  kExited = 0,      // by itself, with `status`
  kSignalled,       // by itself, from `signal`
  kNotStarted,      // could not be executed: `status` is 126 or 127
  kTimeLimit,       // status 124
  kIdleLimit,       // status 124
  kLeft,            // the client left: hung up
  kLost,            // the line was lost: hung up
  kStopped,         // the service was stopped
  kSupervisorLost,  // told by the broker
  kHostRestarted,   // told by the broker
  kCannotRecord,    // status 73
  kRecordingFull,   // status 73: the recording has reached its bound
  kLast = kRecordingFull,
};

// "exited", "signalled", ...: the audit's words.
std::string_view NameOf(How how);

// What passed, and its recording.
struct Recorded {
  std::uint64_t input_bytes = 0;
  std::uint64_t terminal_bytes = 0;
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
  std::string digest;  // of the recording's list of files; empty: there is none
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("input_bytes", self.input_bytes);
    io("terminal_bytes", self.terminal_bytes);
    io("stdout_bytes", self.stdout_bytes);
    io("stderr_bytes", self.stderr_bytes);
    io("digest", self.digest);
  }
};

struct Ending {
  static constexpr std::string_view kName = "ending";
  How how = How::kExited;
  int status = 0;  // what a shell would show for the command: 0 to 255
  int signal = 0;  // that killed the command, or 0
  std::uint64_t ended_ms = 0;
  bool complete = false;  // nothing that came from the command is left, either
  std::optional<Recorded> recorded = std::nullopt;  // once all of it has passed
  std::optional<bool> release_gone = std::nullopt;  // its release was removed while it ran
  // Processes that outlived the command and were ended: "NAME (PID)".
  std::optional<std::vector<std::string>> left_behind = std::nullopt;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("complete", self.complete);
    io("how", self.how);
    io("status", self.status);
    io("signal", self.signal);
    io("ended_ms", self.ended_ms);
    io("recorded", self.recorded);
    io("release_gone", self.release_gone);
    io("left_behind", self.left_behind);
  }
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_RUN_RECORD_H_
