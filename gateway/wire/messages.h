// Every message that one of our processes sends another, by direction. Plain values; see codec.h
// for the form.
//
// What comes from a session is a stranger's word: the monitor checks phase, size and content of
// each.
#ifndef ONEOFF_GATEWAY_WIRE_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wire {

// The version of the hello between gateway and broker and of a run's control socket. Fields are
// only added.
inline constexpr int kVersion = 1;

// Bytes of a Start's packet: what the monitor adds to it has to fit in a packet, too.
inline constexpr std::size_t kMaxStart = 61440;

// --- gateway to broker
// ---------------------------------------------------------------------------------

struct Hello {
  static constexpr std::string_view kName = "hello";
  int version = kVersion;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
  }
};

// A client has connected, and its session exists. One descriptor: the monitor's end of their
// socketpair.
struct Connection {
  static constexpr std::string_view kName = "connection";
  std::string address;  // the peer's, numeric: "192.0.2.7", "2001:db8::1"
  std::uint16_t port = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("address", self.address);
    io("port", self.port);
  }
};

using FromGateway = std::variant<Hello, Connection>;
using ToGateway = std::variant<Hello>;

// --- session to monitor
// --------------------------------------------------------------------------------

// Sign an exchange hash (RFC 4253 8). The first one becomes the session id. Answer: Signature.
struct SignExchange {
  static constexpr std::string_view kName = "sign-exchange";
  std::string host_key;   // public blob of the host key that was negotiated
  std::string algorithm;  // signature algorithm: "ssh-ed25519", "rsa-sha2-512"
  std::string hash;       // 20 to 64 bytes
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("host_key", self.host_key);
    io("algorithm", self.algorithm);
    io("hash", self.hash);
  }
};

// Would this key be accepted (RFC 4252 7, without a signature)? Answer: Verdict.
struct Probe {
  static constexpr std::string_view kName = "probe";
  std::string user;
  std::string key;  // public blob
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("user", self.user);
    io("key", self.key);
  }
};

// A signed request (RFC 4252 7). Answer: Verdict; after a first accepted one the connection is that
// person's.
struct Verify {
  static constexpr std::string_view kName = "verify";
  std::string key;        // public blob
  std::string signature;  // signature blob
  std::string data;       // the bytes that were signed
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("key", self.key);
    io("signature", self.signature);
    io("data", self.data);
  }
};

struct WindowSize {
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  std::uint32_t x_pixels = 0;
  std::uint32_t y_pixels = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("columns", self.columns);
    io("rows", self.rows);
    io("x_pixels", self.x_pixels);
    io("y_pixels", self.y_pixels);
  }
};

struct PtyRequest {  // RFC 4254 6.2
  std::string term;
  WindowSize size;
  std::string modes;  // encoded terminal modes, RFC 4254 8
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("term", self.term);
    io("size", self.size);
    io("modes", self.modes);
  }
};

struct EnvironmentVariable {
  std::string name;
  std::string value;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("name", self.name);
    io("value", self.value);
  }
};

// What a channel of type session asked for (RFC 4254 6.5). Answer, from the desk: Started or
// Answer.
struct Start {
  static constexpr std::string_view kName = "start";
  std::uint32_t channel = 0;  // the session's own number for it, not used twice on a connection
  std::optional<std::string> command;  // bytes, at most 32 KiB; absent: a shell request
  std::optional<PtyRequest> pty;
  std::vector<EnvironmentVariable> environment;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("channel", self.channel);
    io("command", self.command);
    io("pty", self.pty);
    io("environment", self.environment);
  }
};

using FromSession = std::variant<SignExchange, Probe, Verify, Start>;

// --- to the session
// ------------------------------------------------------------------------------------

// From the monitor.
struct Signature {
  static constexpr std::string_view kName = "signature";
  std::string blob;  // empty: refused
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("blob", self.blob);
  }
};

struct Verdict {
  static constexpr std::string_view kName = "verdict";
  bool accepted = false;
  bool disconnect = false;  // too many tries: end the connection
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("accepted", self.accepted);
    io("disconnect", self.disconnect);
  }
};

// From the desk: the run exists. Descriptors: its control socket; then its terminal (a stream
// socket) with a pty, else its stdin to write, stdout and stderr to read.
struct Started {
  static constexpr std::string_view kName = "started";
  std::uint32_t channel = 0;
  std::string run;
  bool pty = false;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("channel", self.channel);
    io("run", self.run);
    io("pty", self.pty);
  }
};

// From the desk: there is no run, and this is all there is to say. With a pty, both texts go to its
// one stream with CR before LF.
struct Answer {
  static constexpr std::string_view kName = "answer";
  std::uint32_t channel = 0;
  int status = 0;   // exit status, 0 to 255
  std::string out;  // for the client's stdout; only what `oneoff@` was asked for
  std::string err;  // for the client's stderr
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("channel", self.channel);
    io("status", self.status);
    io("out", self.out);
    io("err", self.err);
  }
};

using ToSession = std::variant<Signature, Verdict, Started, Answer>;

// --- monitor to broker
// ---------------------------------------------------------------------------------

// An authenticated person's Start. One descriptor: the monitor's end towards the session, for the
// answer.
struct Request {
  static constexpr std::string_view kName = "request";
  std::string person;
  std::string fingerprint;  // of the key that signed
  std::string key;          // its public blob: whether it still counts is asked for each request
  std::string address;      // the peer's
  std::string user;         // the user name as typed: "shop", "shop+v41", "oneoff"
  Start start;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("person", self.person);
    io("fingerprint", self.fingerprint);
    io("key", self.key);
    io("address", self.address);
    io("user", self.user);
    io("start", self.start);
  }
};

// The connection is this person's now.
struct Authenticated {
  static constexpr std::string_view kName = "authenticated";
  std::string person;
  std::string fingerprint;
  std::string address;
  std::string user;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("person", self.person);
    io("fingerprint", self.fingerprint);
    io("address", self.address);
    io("user", self.user);
  }
};

// Signatures that were refused on a connection, told once, at its end or when it authenticates
// after all.
struct FailedTries {
  static constexpr std::string_view kName = "failed-tries";
  std::string address;
  std::string user;  // the first user name that was tried
  std::uint32_t count = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("address", self.address);
    io("user", self.user);
    io("count", self.count);
  }
};

using FromMonitor = std::variant<Request, Authenticated, FailedTries>;

// --- session and supervisor, over a run's control socket
// -------------------------------------------------

struct Resize {
  static constexpr std::string_view kName = "resize";
  WindowSize size;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("size", self.size);
  }
};

struct SignalRequest {  // RFC 4254 6.9
  static constexpr std::string_view kName = "signal";
  std::string name;  // without SIG: "INT"
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("name", self.name);
  }
};

enum class Stream : int { kStdin = 0, kStdout = 1, kStderr = 2, kLast = kStderr };

// The client is done with a stream, and the session has closed its end: EOF for stdin, "no reader"
// for the others. With a pty there is nothing to close: its EOF is a character.
struct CloseStream {
  static constexpr std::string_view kName = "close";
  Stream stream = Stream::kStdin;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("stream", self.stream);
  }
};

enum class Departure : int {
  kLeft = 0,  // CLOSE, DISCONNECT, FIN: the client meant to go
  kLost = 1,  // reset, time-out, keepalive: the line failed
  kLast = kLost,
};

// The channel is gone while the run lives. The session's last word on it.
struct ClientGone {
  static constexpr std::string_view kName = "gone";
  Departure how = Departure::kLost;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("how", self.how);
  }
};

// Bytes have passed in either direction. Sent at most once a second; it puts off a run's idle
// limit.
struct Active {
  static constexpr std::string_view kName = "active";
  template <class Self, class Io>
  static void Fields(Self&, Io&) {}
};

using ToSupervisor = std::variant<Resize, SignalRequest, CloseStream, ClientGone, Active>;

// The command has ended. What it wrote before that is in the streams; the session sends it, then
// `text` on stderr, then the status.
struct Ended {
  static constexpr std::string_view kName = "ended";
  int status = 0;    // exit status for the client, 0 to 255
  std::string text;  // one line for stderr, if the gateway ended the run; else empty
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("status", self.status);
    io("text", self.text);
  }
};

using FromSupervisor = std::variant<Ended>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_MESSAGES_H_
