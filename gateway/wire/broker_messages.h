// Messages from the gateway and from monitors to the broker, and its answers. FORMAT.md in this
// folder lists them.
//
// Both ends are processes of this program, perhaps of two versions while one of them is restarted.
// The gateway reads what strangers send, so the broker bounds the texts of its messages and
// believes no name in them; a monitor's messages it believes.
#ifndef ONEOFF_GATEWAY_WIRE_BROKER_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_BROKER_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/wire/session_messages.h"
#include "gateway/wire/version.h"

namespace wire {

// --- gateway to broker

// The first message of a gateway. Another version ends the connection.
struct Hello {
  static constexpr std::string_view kName = "hello";
  // The sender's wire::kVersion. The broker answers another number, too, and then ends the
  // connection.
  int version = kVersion;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
  }
};

// A client has connected, and its session exists. Two descriptors: the monitor's end of the
// socketpair that it shares with the session, and the monitor's end of a second one
// (SOCK_SEQPACKET), on which the monitor tells the gateway the login's outcome (LoginOutcome).
struct Connection {
  static constexpr std::string_view kName = "connection";
  std::string address;  // the peer's, numeric: "192.0.2.7", "2001:db8::1"
  // The peer's TCP port. The broker does not use it.
  std::uint16_t port = 0;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("address", self.address);
    io("port", self.port);
  }
};

// A monitor's report to the gateway on its connection: each packet begins with one of these. The
// gateway trusts the monitor here and not the session, which a client may have taken over.
// A packet is one of these bytes, and at most 256 bytes long.
enum class LoginOutcome : char {
  kLoggedIn = 'a',   // followed by the person's name; the last packet. Answer: below
  kFailed = 'f',     // a signature was refused
  kExchanged = 'x',  // the first key exchange is signed
  kGuessed = 'g',    // six more probed keys were refused
};
// The gateway's answer to kLoggedIn if it has a slot. Any other answer is the reason why not, for
// the person to read.
// The reason has at most 512 bytes. A monitor that gets no answer refuses the login.
inline constexpr std::string_view kSlotGiven = "+";

// Connections from one source that the gateway has turned away since its last report.
// Sent at most once a minute for each source (front::Refusals); the broker does not answer.
struct Refused {
  static constexpr std::string_view kName = "refused";
  std::string source;  // an address or a network: "192.0.2.7", "2001:db8::/64"; "others"
  // At least 1. It counts what `first` to `last` saw.
  std::uint64_t count = 0;
  // Wall-clock times of the gateway, such as "2026-03-01T09:31:12.480Z".
  std::string first;  // base::FormatUtc
  std::string last;
  // front::Name of each, once. The broker takes at most eight, of 64 bytes each.
  std::vector<std::string> reasons;
  // At most eight (front::Refusals::kMaxPeople). Absent: none had logged in.
  std::optional<std::vector<std::string>> people = {};  // some of the people who had logged in
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("source", self.source);
    io("count", self.count);
    io("first", self.first);
    io("last", self.last);
    io("reasons", self.reasons);
    io("people", self.people);
  }
};

// This gateway has executed itself anew because so many sessions have crashed.
struct Reexecuted {
  static constexpr std::string_view kName = "reexecuted";
  std::uint64_t crashes = 0;
  // At most eight (front::Crashes::kMaxSources), of 64 bytes each.
  std::vector<std::string> sources;  // some of their clients' addresses or networks
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("crashes", self.crashes);
    io("sources", self.sources);
  }
};

// Asks the broker to prune recordings. A process of the broker's own user sends it, not a gateway.
// One descriptor: for the answer, one line of text.
// The broker then closes the connection. The answer comes when an archivist has pruned.
struct Prune {
  static constexpr std::string_view kName = "prune";
  std::string by;  // the caller, for the audit
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("by", self.by);
  }
};

// Asks the broker to read the configuration again. A process of the broker's own user sends it, not
// a gateway. One descriptor, for the answer: "+", or "-" if some file is not in force; then a
// sentence, and the errors, one a line.
// At most 32 KiB; the broker writes it at once and does not wait for a reader.
struct Reload {
  static constexpr std::string_view kName = "reload";
  std::string by;  // the caller, for the audit
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("by", self.by);
  }
};

// What the broker accepts on RUN/broker.socket. A message of another type ends the connection.
using FromGateway = std::variant<Hello, Connection, Refused, Reexecuted, Prune, Reload>;

// The broker's answer to a Hello.
struct BrokersHello {
  static constexpr std::string_view kName = Hello::kName;
  int version = kVersion;
  // The public halves of the host keys that monitors sign with, "TYPE BASE64" each. nullopt: the
  // broker is older than this member.
  std::optional<std::vector<std::string>> host_keys = {};
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
    io("host_keys", self.host_keys);
  }
};

// The settings in force from now on. The broker sends them after each hello and after each change.
struct Settings {
  static constexpr std::string_view kName = "settings";
  // The gateway keeps the settings that it has if the text has an error.
  std::string text;  // a gateway.json with every key
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("text", self.text);
  }
};

using ToGateway = std::variant<BrokersHello, Settings>;

// --- monitor to broker

// An authenticated person's Start. One descriptor: the monitor's socket to the session, for the
// answer.
struct Request {
  static constexpr std::string_view kName = "request";
  // As the monitor has authenticated them. The launcher checks the key again.
  std::string person;
  // "SHA256:..." as ssh-keygen(1) prints it.
  std::string fingerprint;  // of the key that signed
  std::string key;          // blob of the key or certificate; checked again each time
  // Numeric, as in Connection.
  std::string address;  // the peer's
  // Not parsed yet: the launcher parses it.
  std::string user;  // the user name as typed: "shop", "shop+v41", "oneoff"
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

// The person has logged in on the connection.
// For log and audit only; a Request carries all that it needs itself.
struct Authenticated {
  static constexpr std::string_view kName = "authenticated";
  std::string person;
  std::string fingerprint;
  std::string address;
  std::string user;
  // Empty if a plain key let the person in.
  std::string certificate;  // authz::Admission::certificate
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("person", self.person);
    io("fingerprint", self.fingerprint);
    io("address", self.address);
    io("user", self.user);
    io("certificate", self.certificate);
  }
};

// Refused signatures and probed keys of a connection. The monitor sends it once, when the
// connection ends; or, with the signatures alone, at the login.
struct FailedTries {
  static constexpr std::string_view kName = "failed-tries";
  // One reason and one key. Once a list is full, further keys are counted with an entry that is
  // there.
  struct Reason {
    std::string reason;  // "unknown key"
    std::string key;     // the key's fingerprint; empty: unreadable key
    std::string person;  // the key's owner; empty: not known
    std::uint32_t count = 0;
    template <class Self, class Io>
    static void Fields(Self& self, Io& io) {
      io("reason", self.reason);
      io("key", self.key);
      io("person", self.person);
      io("count", self.count);
    }
  };
  std::string address;
  // Cut to 256 bytes.
  std::string user;  // the first user name that the client tried
  // All tries, also those that `reasons` does not name.
  std::uint32_t count = 0;
  // At most eight for signatures and eight for probes. Absent or empty: no reason is known.
  std::optional<std::vector<Reason>> reasons = {};
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("address", self.address);
    io("user", self.user);
    io("count", self.count);
    io("reasons", self.reasons);
  }
};

using FromMonitor = std::variant<Request, Authenticated, FailedTries>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_BROKER_MESSAGES_H_
