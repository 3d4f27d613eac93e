// Event: what the audit log tells, as typed values; and their JSON. FORMAT.md describes each.
//
// An event knows nothing of the chain: sequence number, time, host and digest are the log's
// (log.h).
#ifndef ONEOFF_GATEWAY_AUDIT_EVENT_H_
#define ONEOFF_GATEWAY_AUDIT_EVENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace audit {

// Bounds, in bytes. Command and argv are evidence: one over its bound is an error. Any other text
// is cut at kMaxText, and says so at its end.
inline constexpr std::size_t kMaxCommand = 32768;
inline constexpr std::size_t kMaxArgv = 65536;  // all words together
inline constexpr std::size_t kMaxText = 4096;
inline constexpr std::size_t kMaxWords = 32768;   // in argv, in names
inline constexpr std::size_t kMaxEvent = 393216;  // an event's JSON

// A run is about to start: durable before its command is.
struct RunStarted {
  std::string run;  // the run's id
  std::string app;
  std::string release;                     // the release's exact id
  std::vector<std::string> release_names;  // what else it was called then: "current", "latest"
  std::string commit;                      // or empty
  std::string directory;
  std::string person;
  std::string key;                // the fingerprint of the key that signed: "SHA256:..."
  std::string source;             // the client's address
  std::string rule;               // the rule that allows it
  std::string command;            // as typed, byte for byte
  std::vector<std::string> argv;  // what is executed
  std::string user;               // the UNIX user it runs as
  bool pty = false;
  std::string configuration;  // the digest of configuration and policy, or empty
  std::string certificate;    // "ID 'alice' (serial 7) CA SHA256:..."; empty: by key alone
  std::string unrecorded;     // why there is no recording of it; empty: there is one
  std::string parity = {};    // with the app's web process: "same", "different: release, GREETING"
};

enum class How {
  kExited,
  kSignalled,
  kOutOfMemory,
  kLimit,    // time, idle, output: `limit` names it
  kStopped,  // by a person: `by` names them
  kHangup,   // the client left
  kLostLine,
  kSupervisorLost,
  kHostRestarted,
  kNotStarted,    // its start was recorded, and then its command could not be started
  kCannotRecord,  // its recording could not be written for too long
  kLast = kCannotRecord,
};

struct RunEnded {
  std::string run;
  std::string app;
  std::string person;
  How how = How::kExited;
  int status = 0;  // what the client was told, 0 to 255
  int signal = 0;  // the signal that killed the command, or 0; at most 64
  std::string limit;
  std::string by;
  std::uint64_t duration_ms = 0;
  // What passed, kept in the recording or not: with a terminal its output, else of each stream.
  // What a client sent is counted only where it is recorded.
  std::uint64_t input_bytes = 0;
  std::uint64_t terminal_bytes = 0;
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
  std::string recording;  // the digest of the recording's list of files (recording.ended); or empty
  bool release_gone = false;  // its release was removed while it ran
};

// A request to run that was refused, for whatever reason: policy, parsing, no such release.
struct RunDenied {
  std::string person;
  std::string key;
  std::string source;
  std::string app;
  std::string release;  // as it was asked for: "current", "v41"
  std::string command;  // as typed
  std::string rule;     // the rule that denied it, or empty
  std::string message;  // what the person was told
  int status = 0;       // 0 to 255
  std::string certificate;
};

struct Authenticated {
  std::string person;
  std::string key;
  std::string source;
  std::string user;  // the user name that was asked for
  std::string certificate;
};

// Failures of one source, counted and summed.
struct AuthenticationsFailed {
  std::string source;
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  std::vector<std::string> users;  // some of the user names that were asked for
};

// Connections of one source that were turned away before they were served, counted and summed.
struct ConnectionsRefused {
  std::string source;  // an address or a network
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  std::vector<std::string> reasons;
};

struct ConfigurationLoaded {
  std::string digest;
  std::uint64_t number = 0;  // counts the configurations that this broker has loaded
};

// A configuration that could not be loaded; the one before stays in force.
struct ConfigurationRefused {
  std::string problems;
};

struct ServiceStarted {
  std::string version;
  bool development =
      false;  // everything shares one uid: the record can be altered by what it records
};

struct ServiceStopped {
  std::string version;
};

// A person asked for a list: "ps", "apps", "releases shop".
struct Listed {
  std::string person;
  std::string key;
  std::string source;
  std::string what;
  std::string certificate;
};

// A person asked what would run. Nothing ran.
struct Explained {
  std::string person;
  std::string key;
  std::string source;
  std::string app;
  std::string release;
  std::string command;
  std::string certificate;
};

// Made by the log alone: lines that are no records stand before this one, left by a write that was
// cut.
struct Recovered {
  std::string file;         // where they begin
  std::uint64_t bytes = 0;  // of those lines with their newlines; 0: only a newline was missing
  std::string sha256;       // of those bytes, hex
  std::string cause;
};

// Made by the writer alone: events that nobody waited for and that could not be written.
struct Lost {
  std::uint64_t count = 0;
  std::string cause;
};

// A recording's files: "NAME BYTES SHA256" each, over plain bytes.
using RecordedFiles = std::vector<std::string>;

// A recording has grown: it begins with these bytes.
struct RecordingProgress {
  std::string run;
  RecordedFiles files;
};

// A person is about to see what a run prints: durable before they do.
struct RunWatched {
  std::string run;
  std::string app;
  std::string release;
  std::string of;  // whose run it is
  std::string person;
  std::string key;
  std::string source;
  std::string rule;  // the entry of "watchers" that allows it; empty: it is their own
  std::string certificate;
};

// A recording is whole: these are its files.
struct RecordingEnded {
  std::string run;
  std::string app;
  std::string person;
  RecordedFiles files;
};

// A recording cannot be written: its run waits.
struct RecordingPaused {
  std::string run;
  std::string cause;
};

// It can be written again.
struct RecordingResumed {
  std::string run;
};

// A recording was removed because its time was over, or for its room.
struct RecordingPruned {
  std::string run;
  std::string by;           // "the service", or who asked
  std::string cause;        // "retain", "max_disk"
  std::uint64_t bytes = 0;  // that it took on the disk
};

// Made by the writer alone: the chain up to a record, signed (chain_key.h).
struct Checkpoint {
  std::uint64_t covers = 0;  // that record's sequence number: the one before this
  std::string head;          // the digest of its line
  std::string key;           // the public key
  std::string signature;     // base64, of CheckpointText
};

// Made by the writer alone: from here on another key signs.
struct KeyRotated {
  std::string old;            // public keys
  std::string key;            // the new one
  std::string old_signature;  // base64, of RotationText, by each of the two
  std::string signature;
};

// Made by the writer alone: records whose copies did not get to where they were to be sent.
struct CopiesLost {
  std::string to;           // "syslog", "journal"
  std::uint64_t count = 0;  // of them
  std::uint64_t first = 0;  // sequence numbers
  std::uint64_t last = 0;
};

using Event = std::variant<RunStarted, RunEnded, RunDenied, Authenticated, AuthenticationsFailed,
                           ConnectionsRefused, ConfigurationLoaded, ConfigurationRefused,
                           ServiceStarted, ServiceStopped, Listed, Explained, RecordingProgress,
                           RecordingEnded, RecordingPaused, RecordingResumed, RecordingPruned,
                           Recovered, Lost, Checkpoint, KeyRotated, CopiesLost, RunWatched>;

inline constexpr std::array<std::string_view, std::variant_size_v<Event>> kEventNames = {
    "run.started",
    "run.ended",
    "run.denied",
    "authenticated",
    "authentications.failed",
    "connections.refused",
    "configuration.loaded",
    "configuration.refused",
    "service.started",
    "service.stopped",
    "listed",
    "explained",
    "recording.progress",
    "recording.ended",
    "recording.paused",
    "recording.resumed",
    "recording.pruned",
    "recovered",
    "lost",
    "checkpoint",
    "key.rotated",
    "copies.lost",
    "run.watched"};

// "run.started": the value of a record's "event".
std::string_view Name(const Event& event);
// The same of one kind of event, whatever is in it: no Event is made of it.
template <typename Kind, std::size_t I = 0>
requires std::is_constructible_v<Event, std::in_place_type_t<Kind>>
constexpr std::string_view Name(const Kind& event) {
  if constexpr (std::is_same_v<Kind, std::variant_alternative_t<I, Event>>) {
    return kEventNames[I];
  } else {
    return Name<Kind, I + 1>(event);
  }
}
// "exited", "lost_line".
std::string_view Name(How how);

// One JSON object on one line, "event" first: kTooLarge if command, argv or the whole is over its
// bound, kInvalid if a number is out of its range.
base::Result<std::string> ToJson(const Event& event);

// Reads what ToJson wrote, from anybody: every field must be there, of its type, within its bounds,
// and nothing else. kInvalid or kTooLarge, naming the field.
base::Result<Event> FromJson(std::string_view json);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EVENT_H_
