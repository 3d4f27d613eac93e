// Event: the events of the audit log as typed values, and their JSON. FORMAT.md describes each.
//
// An event knows nothing of the chain. The log adds sequence number, time, host and digest (log.h).
//
// To add an event: a struct here or in run_events.h, its fields in event_fields.h, its name in
// kEventNames at the same index as in Event, and a row in FORMAT.md. A field may be added later,
// and none is removed, because older logs are still read.
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
#include "gateway/audit/log_events.h"
#include "gateway/audit/run_events.h"

namespace audit {

// Limits in bytes. Command and argv of a run are evidence, so a longer one is an error. Any other
// text is cut at kMaxText or kMaxShort and says so at its end.
inline constexpr std::size_t kMaxCommand = 131071;
inline constexpr std::size_t kMaxArgv = 196608;  // all words together
inline constexpr std::size_t kMaxText = 4096;
// A command that did not run, and the message about it.
inline constexpr std::size_t kMaxShort = 1024;
inline constexpr std::size_t kMaxWords = 131072;   // words in argv; names in a list
inline constexpr std::size_t kMaxEvent = 1572864;  // an event's JSON

// How long a text may be, and what happens to a longer one.
enum class Bound {
  kCut,      // cut at kMaxText
  kShort,    // cut at kMaxShort when it is written; read up to kMaxCommand
  kCommand,  // an error above kMaxCommand
  kArgv,     // an error above kMaxArgv
};

// A person has logged in.
struct Authenticated {
  std::string person;
  // The fingerprint of the key that signed, "SHA256:..."; empty for a local caller.
  std::string key;
  std::string source;
  std::string user;  // the user name of the login
  std::string certificate;
};

// Failed logins from one source, summed.
struct AuthenticationsFailed {
  std::string source;
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  // At most five, and so are `keys` (broker::FailedTries).
  std::vector<std::string> users;  // some of the user names
  std::string reason;              // "unknown key"; empty: a local caller, or several reasons
  std::string person;              // the key's owner; empty: unknown, or several people
  std::vector<std::string> keys;   // some of the fingerprints
};

// Connections from one source that were refused before they were served, summed.
struct ConnectionsRefused {
  std::string source;  // an address or a network
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  // At most eight; the words of front::Name.
  std::vector<std::string> reasons;
  std::vector<std::string> people;  // some of the people who were logged in
};

// Sessions crashed, and the gateway executed itself anew, so that the next have another address
// layout.
struct GatewayReexecuted {
  std::uint64_t crashes = 0;
  std::vector<std::string> sources;  // some of their clients', the latest
};

// A configuration is in force, in whole or in part.
struct ConfigurationLoaded {
  std::string digest;         // the broker keeps it under this name; empty: it could not be kept
  std::uint64_t number = 0;   // how many configurations this broker has loaded
  std::string problems = {};  // errors of files whose last good version counts; empty: none
};

// A configuration with errors; the last good one stays in force.
struct ConfigurationRefused {
  // One problem a line (config::Problem::Summary).
  std::string problems;
  std::string digest = {};  // of the configuration in force
};

// The first record of a broker. It is durable before the broker admits a caller.
struct ServiceStarted {
  std::string version;
  bool development = false;  // all processes share one uid, so a run can alter its own record
};

struct ServiceStopped {
  std::string version;
};

// A person asks for a list: "ps", "apps", "releases shop".
struct Listed {
  std::string person;
  std::string key;
  std::string source;
  std::string what;
  std::string certificate;
};

// A person asks what would run. No command runs.
struct Explained {
  std::string person;
  std::string key;
  std::string source;
  std::string app;
  std::string release;
  std::string command;
  std::string certificate;
};

// The files of a recording: "NAME BYTES SHA256" each, over plain bytes.
using RecordedFiles = std::vector<std::string>;

// A recording has grown: its files begin with these bytes.
// At most every five seconds for a recording, and only while it grows.
struct RecordingProgress {
  std::string run;
  RecordedFiles files;
};

// A recording is complete: these are its files.
// Durable before the archivist compresses the files.
struct RecordingEnded {
  std::string run;
  std::string app;
  std::string person;
  RecordedFiles files;
};

// A recording cannot be written: the run waits.
// The run's output waits meanwhile; so may the command.
struct RecordingPaused {
  std::string run;
  std::string cause;
};

// A warning to the recording's person: it is nearly full, or has reached its limit.
struct RecordingWarned {
  std::string run;
  std::string app;
  std::string person;
  std::string cause;
};

// The recording can be written again.
struct RecordingResumed {
  std::string run;
};

// A recording was removed because of its age or to free disk space.
// Durable before the removal.
struct RecordingPruned {
  std::string run;
  std::string by;           // "the service", or the person who asked
  std::string cause;        // "retain", "max_disk", "per_app", "per_person"
  std::uint64_t bytes = 0;  // bytes on the disk
};

using Event = std::variant<RunStarted, RunEnded, RunDenied, Authenticated, AuthenticationsFailed,
                           ConnectionsRefused, ConfigurationLoaded, ConfigurationRefused,
                           ServiceStarted, ServiceStopped, Listed, Explained, RecordingProgress,
                           RecordingEnded, RecordingPaused, RecordingResumed, RecordingPruned,
                           Recovered, Lost, Checkpoint, KeyRotated, CopiesLost, RunWatched, Summed,
                           RecordingWarned, GatewayReexecuted, RunManaged>;

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
    "run.watched",
    "summed",
    "recording.warned",
    "gateway.reexecuted",
    "run.managed"};

// Returns "run.started": the value of a record's "event".
// Static text.
std::string_view Name(const Event& event);
// The same for one kind of event, without making an Event.
template <typename Kind, std::size_t I = 0>
requires std::is_constructible_v<Event, std::in_place_type_t<Kind>>
constexpr std::string_view Name(const Kind& event) {
  if constexpr (std::is_same_v<Kind, std::variant_alternative_t<I, Event>>) {
    return kEventNames[I];
  } else {
    return Name<Kind, I + 1>(event);
  }
}
// Returns "exited", "lost_line", ...
std::string_view Name(How how);

// Returns one JSON object on one line, "event" first. kTooLarge if command, argv or the whole
// exceeds its limit, kInvalid if a number is out of range.
base::Result<std::string> ToJson(const Event& event);

// Returns at most `most` bytes of `text`, with a note at the end if it is cut. `most` is at
// least 64.
// It never cuts inside a UTF-8 character. The note says the whole size.
std::string CutText(std::string_view text, std::size_t most);

// Parses what ToJson writes; the text may come from a stranger. Every field must be present, of its
// type and within its limits, and no other field may be. kInvalid or kTooLarge; the message names
// the field.
base::Result<Event> FromJson(std::string_view json);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EVENT_H_
