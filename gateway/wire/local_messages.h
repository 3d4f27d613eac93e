// Messages of callers on this host: from `oneoff run --app` to a local monitor, and from that to
// the broker.
//
// A local caller is an untrusted process of any UNIX user; `local` (monitor::LocalMonitor) parses
// its one packet, and the broker parses what `local` sends.
#ifndef ONEOFF_GATEWAY_WIRE_LOCAL_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_LOCAL_MESSAGES_H_

#include <string>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "gateway/wire/session_messages.h"
#include "gateway/wire/version.h"

namespace wire {

// A local caller's request: its one packet, at most kMaxStart bytes. It names no account; the
// kernel does (SO_PEERCRED, unix(7)). The answer is the same as to a session: Started, from the
// launcher, or Answer.
//
// The monitor passes it on as it understood it, with one descriptor: a socket for the answer.
struct LocalRequest {
  static constexpr std::string_view kName = "local-request";
  // Another version is refused with status 64.
  int version = kVersion;
  std::string user;  // as an SSH client's user name: "shop", "shop+v41", "oneoff"
  // `channel` comes back in the answer. `cut` and the bounds are as over ssh.
  Start start;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
    io("user", self.user);
    io("start", self.start);
  }
};

// An account that "unix_users" does not name has connected.
// Nothing was read from it. The broker counts these by account, as it counts failed logins.
struct LocalStranger {
  static constexpr std::string_view kName = "local-stranger";
  // The name in the host's user database, or "#UID".
  std::string account;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("account", self.account);
  }
};

// The name of an account of this host as a source, in audit and log: "unix:deploy".
// Escaped, and cut to 64 bytes.
inline std::string SourceOfAccount(std::string_view account) {
  return "unix:" + base::Escape(account, 64);
}

using FromLocalCaller = std::variant<LocalRequest>;
// What the broker accepts from a local monitor: one of these, once.
using FromLocalMonitor = std::variant<LocalRequest, LocalStranger>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_LOCAL_MESSAGES_H_
