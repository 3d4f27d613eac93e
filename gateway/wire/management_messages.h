// Messages to a run's management socket, RUN/runs/ID.socket, and its answer.
//
// A launcher connects for a person that it has authorized, and sends one message. The supervisor
// answers with RunAnswer and closes the connection. Only root can reach the socket, so the
// supervisor believes what it reads. A run outlives upgrades, so both ends may be of different
// versions of this program. Later versions only add members.
#ifndef ONEOFF_GATEWAY_WIRE_MANAGEMENT_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_MANAGEMENT_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/wire/session_messages.h"
#include "gateway/wire/version.h"

namespace wire {

// Who manages the run.
struct Manager {
  std::string person;
  std::string source;  // the client's address, or "unix:NAME"
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("person", self.person);
    io("source", self.source);
  }
};

// Where the output of a run without a terminal goes on.
struct OutputFrom {
  enum class Place : int {
    kConfirmed = 0,  // after the last byte that the last client has confirmed
    kExact,          // `out` and `err`
    kLast = kExact,
  };
  Place place = Place::kConfirmed;
  // Positions: bytes of each stream before this place, from the run's start.
  std::uint64_t out = 0;
  std::uint64_t err = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("place", self.place);
    io("out", self.out);
    io("err", self.err);
  }
};

// A client takes the run over. A client that had it is told so, and its request ends with status
// 129.
// Descriptors: the supervisor's ends of a control socket, then of a terminal's stream, or of the
// client's stdout and stderr.
struct Attach {
  static constexpr std::string_view kName = "attach";
  int version = kVersion;
  Manager by;
  // The client's terminal. Absent for a run without one.
  std::optional<WindowSize> size;
  std::optional<OutputFrom> from;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
    io("by", self.by);
    io("size", self.size);
    io("from", self.from);
  }
};

// Sends the run's client away, with status 129; the run goes on. Refused if no client has the run.
struct Detach {
  static constexpr std::string_view kName = "detach";
  int version = kVersion;
  Manager by;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
    io("by", self.by);
  }
};

// Ends the run: its hang-up signal, TERM, KILL; with `force` KILL at once.
struct Stop {
  static constexpr std::string_view kName = "stop";
  int version = kVersion;
  Manager by;
  bool force = false;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
    io("by", self.by);
    io("force", self.force);
  }
};

using ToRun = std::variant<Attach, Detach, Stop>;

struct RunAnswer {
  static constexpr std::string_view kName = "run-answer";
  bool done = false;
  std::string why;  // if it is not done: a clause for the person
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("done", self.done);
    io("why", self.why);
  }
};

using FromRun = std::variant<RunAnswer>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_MANAGEMENT_MESSAGES_H_
