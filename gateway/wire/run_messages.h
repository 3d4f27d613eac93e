// Messages over a run's control socket, between the session and the supervisor.
//
// The socket is SOCK_SEQPACKET, made by the launcher. The session's messages are untrusted: they
// can only resize, signal and end the person's own run. A watch takes the place of the supervisor
// for a person who watches, and heeds CloseStream and ClientGone alone.
#ifndef ONEOFF_GATEWAY_WIRE_RUN_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_RUN_MESSAGES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/wire/session_messages.h"

namespace wire {

// --- session and supervisor, over a run's control socket

// RFC 4254 6.7. Ignored by a run without a terminal.
struct Resize {
  static constexpr std::string_view kName = "resize";
  // Also recorded, so that a replay has the size.
  WindowSize size;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("size", self.size);
  }
};

struct SignalRequest {  // RFC 4254 6.9
  static constexpr std::string_view kName = "signal";
  // One of RFC 4254 6.10's names, ABRT to USR2; others are ignored. The foreground process group
  // gets it.
  std::string name;  // without SIG: "INT"
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("name", self.name);
  }
};

enum class Stream : int { kStdin = 0, kStdout = 1, kStderr = 2, kLast = kStderr };

// The client has ended a stream, and the session has closed its end: EOF for stdin, no reader for
// the others. A pty has no stream to close: its EOF is a character.
// From the session to the supervisor only. A second one for the same stream does nothing.
struct CloseStream {
  static constexpr std::string_view kName = "close";
  Stream stream = Stream::kStdin;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("stream", self.stream);
  }
};

enum class Departure : int {
  kLeft = 0,  // CLOSE or DISCONNECT: the client left on purpose
  kLost = 1,  // reset, time-out, no keepalive answer, or a FIN without either of the two
  kLast = kLost,
};

// The channel is gone while the run goes on. The session's last message.
struct ClientGone {
  static constexpr std::string_view kName = "gone";
  // What follows is the run's on_disconnect.
  Departure how = Departure::kLost;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("how", self.how);
  }
};

// Data has moved in either direction. Sent at most once a second; it restarts the run's idle limit.
struct Active {
  static constexpr std::string_view kName = "active";
  template <class Self, class Io>
  static void Fields(Self&, Io&) {}
};

// How many bytes of each stream the client has taken, as its window says. It counts what the
// session has read from the streams that came with this control socket. Sent each 512 KiB, and for
// fewer bytes at most once a second. A terminal's output is not confirmed.
struct Confirmed {
  static constexpr std::string_view kName = "confirmed";
  std::uint64_t out = 0;
  std::uint64_t err = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("out", self.out);
    io("err", self.err);
  }
};

// Anything else counts as a lost session: what follows is the run's on_disconnect.
using ToSupervisor =
    std::variant<Resize, SignalRequest, CloseStream, ClientGone, Active, Confirmed>;

// The command has ended. The session first sends the output that is still in the streams, then
// `text` on stderr, then the status.
// The supervisor's only message. An end of file before it means that the supervisor was lost: the
// session then says status 70.
struct Ended {
  static constexpr std::string_view kName = "ended";
  int status = 0;  // exit status for the client, 0 to 255
  // For stderr, without a last newline: why the gateway ended the run, which processes outlived the
  // command, that the release was removed; a line each. Empty if there is nothing to say.
  std::string text;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("status", self.status);
    io("text", self.text);
  }
};

using FromSupervisor = std::variant<Ended>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_RUN_MESSAGES_H_
