// Messages to the broker: from the gateway, and from monitors.
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

struct Hello {
  static constexpr std::string_view kName = "hello";
  int version = kVersion;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
  }
};

// A client has connected, and its session exists. Two descriptors: the monitor's end of their
// socketpair, and the monitor's end of a second one (SOCK_SEQPACKET), on which it tells the gateway
// what becomes of the client (LoginOutcome).
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

// What a monitor tells the gateway of its connection: packets that begin with one of these. It is
// the monitor's word that counts, not the session's, which a stranger may have taken over.
enum class LoginOutcome : char {
  kLoggedIn = 'a',   // the person's name follows; the last one. Answer: kPlaceGiven, or words
  kFailed = 'f',     // a signature was refused
  kExchanged = 'x',  // the first key exchange is signed
  kGuessed = 'g',    // six more keys that were asked about were refused
};
// The gateway's answer to kLoggedIn; any other is why there is no place, for the person to read.
inline constexpr std::string_view kPlaceGiven = "+";

// Connections that were turned away, of one source, since this was last told.
struct Refused {
  static constexpr std::string_view kName = "refused";
  std::string source;  // an address or a network: "192.0.2.7", "2001:db8::/64"; "others"
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  std::vector<std::string> reasons;
  std::optional<std::vector<std::string>> people = {};  // some of those who were logged in
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

// From a process of the broker's own user instead of a gateway: prune recordings. Descriptor: where
// one line of text is to go.
struct Prune {
  static constexpr std::string_view kName = "prune";
  std::string by;  // who asks
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("by", self.by);
  }
};

// From a process of the broker's own user instead of a gateway: read the configuration again.
// Descriptor: where the answer is to go: "+" or "-" (not all of the files is in force), a sentence,
// and the errors, a line each.
struct Reload {
  static constexpr std::string_view kName = "reload";
  std::string by;  // who asks
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("by", self.by);
  }
};

using FromGateway = std::variant<Hello, Connection, Refused, Prune, Reload>;

// What is in force from now on: after each hello, and whenever it has changed.
struct Settings {
  static constexpr std::string_view kName = "settings";
  std::string text;  // a gateway.json with every key
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("text", self.text);
  }
};

using ToGateway = std::variant<Hello, Settings>;

// --- monitor to broker

// An authenticated person's Start. One descriptor: the monitor's end towards the session, for the
// answer.
struct Request {
  static constexpr std::string_view kName = "request";
  std::string person;
  std::string fingerprint;  // of the key that signed
  std::string key;          // its blob, or its certificate's: asked about again for each request
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
  std::string certificate;  // authz::Admission's
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("person", self.person);
    io("fingerprint", self.fingerprint);
    io("address", self.address);
    io("user", self.user);
    io("certificate", self.certificate);
  }
};

// Signatures, and keys that were asked about, that were refused on a connection: told once, at its
// end; or, the signatures alone, when it authenticates after all.
struct FailedTries {
  static constexpr std::string_view kName = "failed-tries";
  struct Reason {
    std::string reason;  // "unknown key"
    std::string key;     // its fingerprint; empty: it cannot be read
    std::string person;  // whose key it is; empty: that is not known
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
  std::string user;  // the first user name that was tried
  std::uint32_t count = 0;
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
