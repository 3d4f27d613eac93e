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
#include "gateway/audit/log_events.h"
#include "gateway/audit/run_events.h"

namespace audit {

// Bounds, in bytes. Command and argv of a run are evidence: one over its bound is an error. Any
// other text is cut, at kMaxText or kMaxShort, and says so at its end.
inline constexpr std::size_t kMaxCommand = 131071;
inline constexpr std::size_t kMaxArgv = 196608;  // all words together
inline constexpr std::size_t kMaxText = 4096;
inline constexpr std::size_t kMaxShort = 1024;     // what was not run, and what was said of it
inline constexpr std::size_t kMaxWords = 131072;   // in argv, in names
inline constexpr std::size_t kMaxEvent = 1572864;  // an event's JSON

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
  std::string reason;              // "unknown key"; empty: of a local caller, or of several reasons
  std::string person;              // whose key it is; empty: that is not known, or of several
  std::vector<std::string> keys;   // some of the keys' fingerprints
};

// Connections of one source that were turned away before they were served, counted and summed.
struct ConnectionsRefused {
  std::string source;  // an address or a network
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  std::vector<std::string> reasons;
  std::vector<std::string> people;  // some of those who had logged in
};

struct ConfigurationLoaded {
  std::string digest;         // under which the broker keeps it; empty: it could not be kept
  std::uint64_t number = 0;   // counts the configurations that this broker has loaded
  std::string problems = {};  // errors of files that count as they were before; empty: none
};

// A configuration that could not be loaded; the last good one stays in force.
struct ConfigurationRefused {
  std::string problems;
  std::string digest = {};  // of what is in force
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

// A recording's files: "NAME BYTES SHA256" each, over plain bytes.
using RecordedFiles = std::vector<std::string>;

// A recording has grown: it begins with these bytes.
struct RecordingProgress {
  std::string run;
  RecordedFiles files;
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

// What its person was told before it comes to that, or what became of it: it is nearly full, or its
// bound is reached.
struct RecordingWarned {
  std::string run;
  std::string app;
  std::string person;
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
  std::string cause;        // "retain", "max_disk", "per_app", "per_person"
  std::uint64_t bytes = 0;  // that it took on the disk
};

using Event =
    std::variant<RunStarted, RunEnded, RunDenied, Authenticated, AuthenticationsFailed,
                 ConnectionsRefused, ConfigurationLoaded, ConfigurationRefused, ServiceStarted,
                 ServiceStopped, Listed, Explained, RecordingProgress, RecordingEnded,
                 RecordingPaused, RecordingResumed, RecordingPruned, Recovered, Lost, Checkpoint,
                 KeyRotated, CopiesLost, RunWatched, Summed, RecordingWarned>;

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
    "recording.warned"};

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
