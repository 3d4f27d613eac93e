// The lines of a run's file (registry.h): who and what (RunRecord), the command's process (Leader),
// how it ended (Ending).
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
  std::string command;           // as typed, without secrets (release::ShownCommand); bytes
  std::uint64_t started_ms = 0;  // UTC, milliseconds since 1970
  std::string boot;              // the kernel's boot id: a pid has no meaning after a reboot
  std::uint32_t uid = 0;         // the command's user
  std::int32_t supervisor = 0;   // its pid and its start time: proc(5) stat field 22
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

// The command's process. It leads its session (setsid(2)).
struct Leader {
  static constexpr std::string_view kName = "leader";
  std::int32_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot: proc(5) stat field 22
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("pid", self.pid);
    io("start_time", self.start_time);
  }
};

enum class How : int {
  kExited = 0,      // with `status`
  kSignalled,       // killed by `signal`, for none of the causes below
  kNotStarted,      // `status`: 126 or 127, exec failed; 70, the start was lost before that
  kTimeLimit,       // status 124
  kIdleLimit,       // status 124
  kLeft,            // the client left: hung up
  kLost,            // the connection broke: hung up
  kStopped,         // the service was stopped
  kSupervisorLost,  // reported by the broker
  kHostRestarted,   // reported by the broker
  kCannotRecord,    // status 73
  kRecordingFull,   // status 73: the recording has reached its limit
  kLast = kRecordingFull,
};

// Returns a name for a person: "exited", "signalled", "not-started", ...
std::string_view NameOf(How how);

// How many bytes passed, and the recording's digest.
struct Recorded {
  std::uint64_t input_bytes = 0;
  std::uint64_t terminal_bytes = 0;
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
  std::string digest;  // of the recording's list of files; empty if there is no recording
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
  int status = 0;  // as a shell shows it: 0 to 255
  int signal = 0;  // the signal that killed the command, or 0
  std::uint64_t ended_ms = 0;
  bool complete = false;  // all processes that came from the command have ended too
  std::optional<Recorded> recorded = std::nullopt;  // set once all bytes have passed
  std::optional<bool> release_gone = std::nullopt;  // the release was removed during the run
  // Processes that outlived the command and were ended, as "NAME (PID)".
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
