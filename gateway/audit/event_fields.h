// The fields of each event, in order. Writer and reader of the JSON both use them (event_json.cc).
#ifndef ONEOFF_GATEWAY_AUDIT_EVENT_FIELDS_H_
#define ONEOFF_GATEWAY_AUDIT_EVENT_FIELDS_H_

#include <concepts>
#include <type_traits>

#include "gateway/audit/event.h"

namespace audit {

// How long a text may be, and what happens to a longer one.
enum class Bound {
  kCut,      // cut at kMaxText
  kShort,    // cut at kMaxShort when it is written; read up to kMaxCommand
  kCommand,  // an error above kMaxCommand
  kArgv,     // an error above kMaxArgv
};

// `T` is `Of`, to be read into; or a const `Of`, to be written.
template <typename T, typename Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

template <typename V>
void Fields(V& v, Is<RunStarted> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("release", e.release);
  v("release_names", e.release_names, Bound::kCut);
  v("commit", e.commit);
  v("directory", e.directory);
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
  v("rule", e.rule);
  v("command", e.command, Bound::kCommand);
  v("argv", e.argv, Bound::kArgv);
  v("user", e.user);
  v("pty", e.pty);
  v("configuration", e.configuration);
  v("certificate", e.certificate);
  v("unrecorded", e.unrecorded);
  v("parity", e.parity);
  v("variables", e.variables, Bound::kCut);
  v("env_dropped", e.env_dropped, Bound::kCut);
  v("private", e.private_run);
}

template <typename V>
void Fields(V& v, Is<RunEnded> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("person", e.person);
  v("how", e.how);
  v("status", e.status, 255);
  v("signal", e.signal, 64);
  v("limit", e.limit);
  v("by", e.by);
  v("duration_ms", e.duration_ms);
  v("input_bytes", e.input_bytes);
  v("terminal_bytes", e.terminal_bytes);
  v("stdout_bytes", e.stdout_bytes);
  v("stderr_bytes", e.stderr_bytes);
  v("recording", e.recording);
  v("release_gone", e.release_gone);
  v("left_behind", e.left_behind, Bound::kCut);
}

template <typename V>
void Fields(V& v, Is<RunDenied> auto& e) {
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
  v("app", e.app);
  v("release", e.release);
  v("command", e.command, Bound::kShort);
  v("rule", e.rule);
  v("message", e.message, Bound::kShort);
  v("status", e.status, 255);
  v("certificate", e.certificate);
}

template <typename V>
void Fields(V& v, Is<Authenticated> auto& e) {
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
  v("user", e.user);
  v("certificate", e.certificate);
}

template <typename V>
void Fields(V& v, Is<AuthenticationsFailed> auto& e) {
  v("source", e.source);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
  v("users", e.users, Bound::kCut);
  v("reason", e.reason);
  v("person", e.person);
  v("keys", e.keys, Bound::kCut);
}

template <typename V>
void Fields(V& v, Is<ConnectionsRefused> auto& e) {
  v("source", e.source);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
  v("reasons", e.reasons, Bound::kCut);
  v("people", e.people, Bound::kCut);
}

template <typename V>
void Fields(V& v, Is<GatewayReexecuted> auto& e) {
  v("crashes", e.crashes);
  v("sources", e.sources, Bound::kCut);
}

template <typename V>
void Fields(V& v, Is<ConfigurationLoaded> auto& e) {
  v("digest", e.digest);
  v("number", e.number);
  v("problems", e.problems);
}

template <typename V>
void Fields(V& v, Is<ConfigurationRefused> auto& e) {
  v("problems", e.problems);
  v("digest", e.digest);
}

template <typename V>
void Fields(V& v, Is<ServiceStarted> auto& e) {
  v("version", e.version);
  v("development", e.development);
}

template <typename V>
void Fields(V& v, Is<ServiceStopped> auto& e) {
  v("version", e.version);
}

template <typename V>
void Fields(V& v, Is<Listed> auto& e) {
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
  v("what", e.what);
  v("certificate", e.certificate);
}

template <typename V>
void Fields(V& v, Is<Explained> auto& e) {
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
  v("app", e.app);
  v("release", e.release);
  v("command", e.command, Bound::kShort);
  v("certificate", e.certificate);
}

template <typename V>
void Fields(V& v, Is<RecordingProgress> auto& e) {
  v("run", e.run);
  v("files", e.files, Bound::kCut);
}

template <typename V>
void Fields(V& v, Is<RecordingEnded> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("person", e.person);
  v("files", e.files, Bound::kCut);
}

template <typename V>
void Fields(V& v, Is<RecordingPaused> auto& e) {
  v("run", e.run);
  v("cause", e.cause);
}

template <typename V>
void Fields(V& v, Is<RecordingWarned> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("person", e.person);
  v("cause", e.cause);
}

template <typename V>
void Fields(V& v, Is<RecordingResumed> auto& e) {
  v("run", e.run);
}

template <typename V>
void Fields(V& v, Is<RecordingPruned> auto& e) {
  v("run", e.run);
  v("by", e.by);
  v("cause", e.cause);
  v("bytes", e.bytes);
}

template <typename V>
void Fields(V& v, Is<Recovered> auto& e) {
  v("file", e.file);
  v("bytes", e.bytes);
  v("sha256", e.sha256);
  v("cause", e.cause);
  v("cut", e.cut);
}

template <typename V>
void Fields(V& v, Is<Lost> auto& e) {
  v("count", e.count);
  v("cause", e.cause);
}

template <typename V>
void Fields(V& v, Is<Checkpoint> auto& e) {
  v("covers", e.covers);
  v("head", e.head);
  v("key", e.key);
  v("signature", e.signature);
}

template <typename V>
void Fields(V& v, Is<KeyRotated> auto& e) {
  v("old", e.old);
  v("key", e.key);
  v("old_signature", e.old_signature);
  v("signature", e.signature);
}

template <typename V>
void Fields(V& v, Is<CopiesLost> auto& e) {
  v("to", e.to);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
}

template <typename V>
void Fields(V& v, Is<RunWatched> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("release", e.release);
  v("of", e.of);
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
  v("rule", e.rule);
  v("certificate", e.certificate);
}

template <typename V>
void Fields(V& v, Is<Summed> auto& e) {
  v("of", e.of);
  v("person", e.person);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
  v("sources", e.sources, Bound::kCut);
  v("command", e.command, Bound::kShort);
  v("cause", e.cause);
  v("commands", e.commands, Bound::kCut);
}

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EVENT_FIELDS_H_
