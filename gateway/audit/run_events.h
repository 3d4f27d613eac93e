// The events about runs: starts, ends, refused requests, watchers.
#ifndef ONEOFF_GATEWAY_AUDIT_RUN_EVENTS_H_
#define ONEOFF_GATEWAY_AUDIT_RUN_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace audit {

// A run is about to start. The event is durable before the command starts.
struct RunStarted {
  // 8 characters of a to z and 2 to 7.
  std::string run;  // the run's id
  std::string app;
  std::string release;  // the release's exact id
  // All its names at that moment: its id, then "current", "latest", "previous" where they apply.
  std::vector<std::string> release_names;
  std::string commit;  // or empty
  // The folder in the release in which the command starts.
  std::string directory;
  std::string person;
  std::string key;     // the fingerprint of the key that signed: "SHA256:..."
  std::string source;  // the client's address
  // Its name in policy.json.
  std::string rule;     // the rule that allows it
  std::string command;  // as typed, byte for byte, without secrets (release::ShownCommand)
  std::vector<std::string> argv;  // what is executed
  std::string user;               // the UNIX user it runs as
  bool pty = false;
  std::string configuration;  // the digest of configuration and policy, or empty
  std::string certificate;    // "ID 'alice' (serial 7) CA SHA256:..."; empty: by key alone
  std::string unrecorded;     // why there is no recording; empty: there is one
  std::string parity = {};    // with the app's web process: "same", "different: release, GREETING"
  // Variables of the client that the rule accepts: "NAME DIGEST", keyed (keyed_digest.h).
  std::vector<std::string> variables = {};
  std::vector<std::string> env_dropped = {};  // variables of the client that the rule drops
  bool private_run = false;                   // the run is walled off from the app's other runs
};

// The names in the log are those of FORMAT.md. This version records no kOutOfMemory: the kernel's
// killer sends SIGKILL, which is kSignalled.
enum class How {
  kExited,
  kSignalled,
  kOutOfMemory,
  kLimit,    // time, idle, recording: `limit` says which
  kStopped,  // `by` says why: "the service"
  kHangup,   // the client left
  kLostLine,
  kSupervisorLost,
  kHostRestarted,
  kNotStarted,    // its start was recorded, but its command did not start
  kCannotRecord,  // its recording could not be written for too long
  kLast = kCannotRecord,
};

// The broker records it, from what the supervisor left in the run's file. A launcher posts it for a
// run whose start it could not complete.
struct RunEnded {
  std::string run;
  std::string app;
  std::string person;
  How how = How::kExited;
  int status = 0;  // the client's exit status, 0 to 255
  int signal = 0;  // the signal that killed the command, or 0; at most 64
  // "time", "idle" or "recording" for kLimit, else empty; `by` is set for kStopped only.
  std::string limit;
  std::string by;
  // From the start's record to the command's end, by the wall clock; 0 if the clock was set back.
  std::uint64_t duration_ms = 0;
  // Bytes that passed, recorded or not: a terminal's output, or those of each stream.
  std::uint64_t input_bytes = 0;
  std::uint64_t terminal_bytes = 0;
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
  std::string recording;  // digest of the recording's list of files (recording.ended); may be empty
  bool release_gone = false;  // its release was removed during the run
  std::vector<std::string>
      left_behind;  // processes that outlived the command and were ended: "NAME (PID)"
};

// A refused request to run, for any reason: policy, syntax, no such release.
// Posted, not awaited. One person's are limited (shares.h).
struct RunDenied {
  std::string person;
  std::string key;
  std::string source;
  std::string app;
  std::string release;  // as requested: "current", "v41"
  std::string command;  // as typed, without secrets
  std::string rule;     // the rule that denied it; may be empty
  std::string message;  // the message to the person
  int status = 0;       // 0 to 255
  std::string certificate;
};

// A person is about to see a run's output. The event is durable before that.
struct RunWatched {
  std::string run;
  std::string app;
  std::string release;
  std::string of;  // the run's person
  std::string person;
  std::string key;
  std::string source;
  std::string rule;  // the entry of "watchers" that allows it; empty: the person's own run
  std::string certificate;
};

// A person is about to act on a run. The event is durable before that.
struct RunManaged {
  std::string run;
  std::string app;
  std::string release;
  std::string of;  // the run's person
  std::string person;
  std::string key;
  std::string source;
  std::string rule;  // the entry of "over_runs" that allows it; empty: the person's own run
  std::string certificate;
  std::string act;  // "attach", "detach", "logs", "stop", "stop --force", "wait"
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_RUN_EVENTS_H_
