// Messages between a session and its monitor or launcher. Plain values; codec.h describes their
// form.
//
// A session's messages are untrusted, so the monitor checks the phase, size and content of each.
#ifndef ONEOFF_GATEWAY_WIRE_SESSION_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_SESSION_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wire {

// The largest packet of a Start, in bytes. The monitor adds to it, above all a certificate, and the
// result has to fit in a packet too.
inline constexpr std::size_t kMaxStart = 229'376;
inline constexpr std::size_t kMaxVariables = 16'384;  // bytes of the names in a Verdict
inline constexpr std::size_t kCutCommand = 4096;      // bytes kept of a command that is too long

// --- session to monitor

// Sign an exchange hash (RFC 4253 8). The first one becomes the session id. Answer: Signature.
struct SignExchange {
  static constexpr std::string_view kName = "sign-exchange";
  // The monitor refuses a blob that is none of its keys.
  std::string host_key;  // public blob of the negotiated host key
  // For an RSA key rsa-sha2-256 or rsa-sha2-512; for any other key its type.
  std::string algorithm;  // signature algorithm: "ssh-ed25519", "rsa-sha2-512"
  // As long as the key exchange's hash function makes it: 32 bytes for curve25519-sha256.
  std::string hash;  // 20 to 64 bytes
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("host_key", self.host_key);
    io("algorithm", self.algorithm);
    io("hash", self.hash);
  }
};

// Asks whether a signature of this key would be accepted (RFC 4252 7, without a signature). Answer:
// Verdict.
// It counts as a probe, not as a try: MonitorBounds has a limit for each.
struct Probe {
  static constexpr std::string_view kName = "probe";
  // At most ssh::kMaxUserName bytes from an honest session.
  std::string user;
  std::string key;  // public blob
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("user", self.user);
    io("key", self.key);
  }
};

// A signed request (RFC 4252 7). Answer: Verdict. The first accepted one logs the person in on the
// connection.
struct Verify {
  static constexpr std::string_view kName = "verify";
  std::string key;  // public blob
  // RFC 4253 6.6; for a FIDO key with its flags and counter.
  std::string signature;  // signature blob
  // They begin with the session id. The monitor compares it with the one that it signed, and takes
  // the user name and the key's algorithm from these bytes, not from the session.
  std::string data;  // the signed bytes
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("key", self.key);
    io("signature", self.signature);
    io("data", self.data);
  }
};

// RFC 4254 6.2: characters, and pixels for the two others. 0 pixels: unknown. The session bounds
// each to 65,535.
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
  // The value of TERM: at most 256 bytes from an honest session, and not yet checked for odd
  // characters.
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

// RFC 4254 6.4. Which names and values a run gets is the rule's decision (accept_env).
struct EnvironmentVariable {
  std::string name;
  std::string value;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("name", self.name);
    io("value", self.value);
  }
};

// A request on a session channel to run a command or a shell (RFC 4254 6.5). Answer, from the
// launcher: Started or Answer.
struct Start {
  static constexpr std::string_view kName = "start";
  std::uint32_t channel = 0;           // the session's number for it, used once on a connection
  std::optional<std::string> command;  // bytes, at most 131,071; absent: a shell request
  // Absent: the run gets pipes.
  std::optional<PtyRequest> pty;
  // In the order of the requests. It includes variables that no rule accepts: the audit names what
  // was left out.
  std::vector<EnvironmentVariable> environment;
  // True: the command is too long, alone or with its environment, and cut to its beginning for the
  // record. The launcher refuses it.
  std::optional<bool> cut = std::nullopt;
  // Keeps the first kCutCommand bytes of the command and drops the environment.
  void CutShort() {
    if (command && command->size() > kCutCommand) command->resize(kCutCommand);
    environment.clear();
    cut = true;
  }
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("channel", self.channel);
    io("command", self.command);
    io("pty", self.pty);
    io("environment", self.environment);
    io("cut", self.cut);
  }
};

using FromSession = std::variant<SignExchange, Probe, Verify, Start>;

// --- to the session

// From the monitor.
// To SignExchange. The session ends the key exchange if it is empty.
struct Signature {
  static constexpr std::string_view kName = "signature";
  std::string blob;  // empty: refused
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("blob", self.blob);
  }
};

// The answer to a Probe or to a Verify.
struct Verdict {
  static constexpr std::string_view kName = "verdict";
  // To a Probe: a signature by this key may be accepted. To a Verify: the person is logged in.
  bool accepted = false;
  bool disconnect = false;  // too many tries: the session ends the connection
  // The reason for the person, if the signature is good and the gateway has no slot.
  // Bytes for a person, at most 512.
  std::optional<std::string> words = std::nullopt;
  // After the login: the variables that at least one rule lets the person set. Absent: not known,
  // or more than kMaxVariables bytes of names. The session answers `env` requests from this list;
  // the launcher decides with each command what is set.
  // An element is NAME, or NAME=VALUE where a rule accepts only that value.
  std::optional<std::vector<std::string>> variables = std::nullopt;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("accepted", self.accepted);
    io("disconnect", self.disconnect);
    io("words", self.words);
    io("variables", self.variables);
  }
};

// From the launcher: the run exists. Descriptors: its control socket; then, with a pty, its
// terminal (a stream socket), else its stdin to write and its stdout and stderr to read.
struct Started {
  static constexpr std::string_view kName = "started";
  std::uint32_t channel = 0;
  // The run's id: 8 characters of a to z and 2 to 7.
  std::string run;
  // False also if the client asked for one and the command said run:nopty.
  bool pty = false;
  // The other end of the control socket takes Confirmed. Absent: it is of a version that does not.
  std::optional<bool> confirms = {};
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("channel", self.channel);
    io("run", self.run);
    io("pty", self.pty);
    io("confirms", self.confirms);
  }
};

// From the launcher: there is no run, only this answer. With a pty, both texts go to its one
// stream, with CR before LF.
// It is final: the channel gets the texts, then the status, and closes.
struct Answer {
  static constexpr std::string_view kName = "answer";
  std::uint32_t channel = 0;
  int status = 0;  // exit status, 0 to 255
  // Each text has at most 30 KiB (gateway/launcher/asked.cc), so that both fit in a packet.
  std::string out;  // for the client's stdout; only answers to `oneoff@`
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

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_SESSION_MESSAGES_H_
