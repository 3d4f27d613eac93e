// The lines of a run's file (registry.h): who and what (RunRecord), the command's process (Leader),
// who has it (Attachment), how it ended (Ending).
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
  std::optional<std::string> source = {};  // the address of the client that started it
  std::optional<bool> terminal = {};       // it has a terminal
  std::optional<bool> detached = {};       // it was started with run:detached
  // With `command`, what the policy decided on. It decides on the same at each attach.
  std::optional<std::vector<std::string>> release_names = {};
  std::optional<std::vector<std::string>> stands_for = {};  // release::Plan::stands_for
  std::optional<bool> opaque = {};                          // authz::Request::opaque
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
    io("source", self.source);
    io("terminal", self.terminal);
    io("detached", self.detached);
    io("release_names", self.release_names);
    io("stands_for", self.stands_for);
    io("opaque", self.opaque);
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

// Which client has the run, or that none has it. A later line replaces an earlier one.
struct Attachment {
  static constexpr std::string_view kName = "attachment";
  bool attached = false;
  std::string person;          // of the client that has the run, or had it last
  std::string source;          // its address
  std::uint64_t since_ms = 0;  // UTC, milliseconds since 1970
  bool lost = false;           // not attached: its connection was lost
  std::uint64_t until_ms = 0;  // not attached: the run is ended then; 0: it goes on to its end
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("attached", self.attached);
    io("person", self.person);
    io("source", self.source);
    io("since_ms", self.since_ms);
    io("lost", self.lost);
    io("until_ms", self.until_ms);
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
  kStopped,         // the service was stopped, or a person stopped the run: `by`
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
  std::optional<std::string> by = std::nullopt;  // of kStopped: "PERSON from SOURCE"
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
    io("by", self.by);
  }
};

// How messages name the run: "shop+v42 run 7k2m9xqd".
std::string LabelOf(const RunRecord& record);
// How it ended, for a person: "exited with 3", "killed by signal 9", "stopped by alice from ...".
std::string DescribeEnding(const Ending& ending);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_RUN_RECORD_H_
