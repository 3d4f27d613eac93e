// The resolver's answer: a release::ReleaseSnapshot as one message, or a Refusal in its place.
//
// The resolver runs as the app's user, and the app's files decide what it sends, so the launcher
// believes of it only what concerns this app. The types are those of folder release/, which does
// not know JSON; this header gives them their Fields. One message of at most 1 MiB goes over a
// pipe.
#ifndef ONEOFF_GATEWAY_WIRE_RELEASE_SNAPSHOT_H_
#define ONEOFF_GATEWAY_WIRE_RELEASE_SNAPSHOT_H_

#include <string_view>
#include <variant>

#include "gateway/wire/codec.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"

namespace wire {

// `value` may be a secret. So the message goes over a pipe to the launcher and into no log.
template <>
struct FieldsOf<release::Variable> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("name", self.name);
    io("value", self.value);
    io("source", self.source);
    io("overrode", self.overrode);
    io("unset", self.unset);
  }
};

template <>
struct FieldsOf<release::Process> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("name", self.name);
    io("command", self.command);
    io("line", self.line);
  }
};

template <>
struct FieldsOf<release::Procfile> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("processes", self.processes);
    io("ignored", self.ignored);
  }
};

// `words` replace a program that the person typed; `refusal` goes to the person.
template <>
struct FieldsOf<release::Substitution> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("program", self.program);
    io("words", self.words);
    io("refusal", self.refusal);
  }
};

// Bundler, a virtualenv, Composer and the like: what comes in front of the command.
template <>
struct FieldsOf<release::IsolationLayer> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("kind", self.kind);
    io("what", self.what);
    io("path", self.path);
    io("variables", self.variables);
    io("unset", self.unset);
    io("programs", self.programs);
  }
};

template <>
struct FieldsOf<release::Console> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("words", self.words);
    io("why", self.why);
  }
};

template <>
struct FieldsOf<release::ProgramHint> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("program", self.program);
    io("advice", self.advice);
  }
};

template <>
struct FieldsOf<release::Framework> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("language", self.language);
    io("why", self.why);
  }
};

template <>
struct FieldsOf<release::FoundUmask> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("value", self.value);
    io("of", self.of);
  }
};

template <>
struct FieldsOf<release::Interpreter> {
  template <class Self, class Io>
  static void Visit(Self& self, Io& io) {
    io("name", self.name);
    io("path", self.path);
  }
};

// Its type on the wire is "survey", an older name.
struct SnapshotMessage {
  static constexpr std::string_view kName = "survey";
  release::ReleaseSnapshot snapshot;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    auto& snapshot = self.snapshot;
    io("release", snapshot.release);
    io("names", snapshot.names);
    io("directory", snapshot.directory);
    io("top", snapshot.top);
    io("commit", snapshot.commit);
    io("config", snapshot.config);
    io("procfile", snapshot.procfile);
    io("versions", snapshot.versions);
    io("isolation", snapshot.isolation);
    io("console", snapshot.console);
    io("umask", snapshot.umask);
    io("elsewhere", snapshot.elsewhere);
    io("interpreters", snapshot.interpreters);
    io("foreign", snapshot.foreign);
    io("framework", snapshot.framework);
    io("loader", snapshot.loader);
    io("warnings", snapshot.warnings);
    io("differences", snapshot.differences);
  }
};

// The person sees `message`, and the run's status is `status` (release::Refusal).
struct RefusalMessage {
  static constexpr std::string_view kName = "refusal";
  release::Refusal refusal;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("status", self.refusal.status);
    io("message", self.refusal.message);
  }
};

using FromResolver = std::variant<SnapshotMessage, RefusalMessage>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_RELEASE_SNAPSHOT_H_
