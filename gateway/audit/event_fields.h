// The fields of each event, in order. Writer and reader of the JSON both use them (event_json.cc).
//
// The order is that of the JSON. A `v` is called with a name, the field, and what bounds it: a
// Bound for a text or a list, the largest value for an int. FromJson accepts no other field, and
// none may be missing.
#ifndef ONEOFF_GATEWAY_AUDIT_EVENT_FIELDS_H_
#define ONEOFF_GATEWAY_AUDIT_EVENT_FIELDS_H_

#include <concepts>
#include <type_traits>

#include "gateway/audit/event.h"

namespace audit {

// `T` is `Of`, to be read into; or a const `Of`, to be written.
template <typename T, typename Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

// Who asked, and from where.
void AskerFields(auto& v, auto& e) {
  v("person", e.person);
  v("key", e.key);
  v("source", e.source);
}

void Fields(auto& v, Is<RunStarted> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("release", e.release);
  v("release_names", e.release_names, Bound::kCut);
  v("commit", e.commit);
  v("directory", e.directory);
  AskerFields(v, e);
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

void Fields(auto& v, Is<RunEnded> auto& e) {
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

void Fields(auto& v, Is<RunDenied> auto& e) {
  AskerFields(v, e);
  v("app", e.app);
  v("release", e.release);
  v("command", e.command, Bound::kShort);
  v("rule", e.rule);
  v("message", e.message, Bound::kShort);
  v("status", e.status, 255);
  v("certificate", e.certificate);
}

void Fields(auto& v, Is<Authenticated> auto& e) {
  AskerFields(v, e);
  v("user", e.user);
  v("certificate", e.certificate);
}

void Fields(auto& v, Is<AuthenticationsFailed> auto& e) {
  v("source", e.source);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
  v("users", e.users, Bound::kCut);
  v("reason", e.reason);
  v("person", e.person);
  v("keys", e.keys, Bound::kCut);
}

void Fields(auto& v, Is<ConnectionsRefused> auto& e) {
  v("source", e.source);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
  v("reasons", e.reasons, Bound::kCut);
  v("people", e.people, Bound::kCut);
}

void Fields(auto& v, Is<GatewayReexecuted> auto& e) {
  v("crashes", e.crashes);
  v("sources", e.sources, Bound::kCut);
}

void Fields(auto& v, Is<ConfigurationLoaded> auto& e) {
  v("digest", e.digest);
  v("number", e.number);
  v("problems", e.problems);
}

void Fields(auto& v, Is<ConfigurationRefused> auto& e) {
  v("problems", e.problems);
  v("digest", e.digest);
}

void Fields(auto& v, Is<ServiceStarted> auto& e) {
  v("version", e.version);
  v("development", e.development);
}

void Fields(auto& v, Is<ServiceStopped> auto& e) { v("version", e.version); }

void Fields(auto& v, Is<Listed> auto& e) {
  AskerFields(v, e);
  v("what", e.what);
  v("certificate", e.certificate);
}

void Fields(auto& v, Is<Explained> auto& e) {
  AskerFields(v, e);
  v("app", e.app);
  v("release", e.release);
  v("command", e.command, Bound::kShort);
  v("certificate", e.certificate);
}

void Fields(auto& v, Is<RecordingProgress> auto& e) {
  v("run", e.run);
  v("files", e.files, Bound::kCut);
}

void Fields(auto& v, Is<RecordingEnded> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("person", e.person);
  v("files", e.files, Bound::kCut);
}

void Fields(auto& v, Is<RecordingPaused> auto& e) {
  v("run", e.run);
  v("cause", e.cause);
}

void Fields(auto& v, Is<RecordingWarned> auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("person", e.person);
  v("cause", e.cause);
}

void Fields(auto& v, Is<RecordingResumed> auto& e) { v("run", e.run); }

void Fields(auto& v, Is<RecordingPruned> auto& e) {
  v("run", e.run);
  v("by", e.by);
  v("cause", e.cause);
  v("bytes", e.bytes);
}

void Fields(auto& v, Is<Recovered> auto& e) {
  v("file", e.file);
  v("bytes", e.bytes);
  v("sha256", e.sha256);
  v("cause", e.cause);
  v("cut", e.cut);
}

void Fields(auto& v, Is<Lost> auto& e) {
  v("count", e.count);
  v("cause", e.cause);
}

void Fields(auto& v, Is<Checkpoint> auto& e) {
  v("covers", e.covers);
  v("head", e.head);
  v("key", e.key);
  v("signature", e.signature);
}

void Fields(auto& v, Is<KeyRotated> auto& e) {
  v("old", e.old);
  v("key", e.key);
  v("old_signature", e.old_signature);
  v("signature", e.signature);
}

void Fields(auto& v, Is<CopiesLost> auto& e) {
  v("to", e.to);
  v("count", e.count);
  v("first", e.first);
  v("last", e.last);
}

// What a person is about to do to a run of the person `of`.
void RunOfPersonFields(auto& v, auto& e) {
  v("run", e.run);
  v("app", e.app);
  v("release", e.release);
  v("of", e.of);
  AskerFields(v, e);
  v("rule", e.rule);
  v("certificate", e.certificate);
}

void Fields(auto& v, Is<RunWatched> auto& e) { RunOfPersonFields(v, e); }

void Fields(auto& v, Is<RunManaged> auto& e) {
  RunOfPersonFields(v, e);
  v("act", e.act);
}

void Fields(auto& v, Is<Summed> auto& e) {
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
