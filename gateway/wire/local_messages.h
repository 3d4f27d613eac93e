// Messages of those who are on this host already: from `oneoff run --app` to a local monitor, and
// from that to the broker.
#ifndef ONEOFF_GATEWAY_WIRE_LOCAL_MESSAGES_H_
#define ONEOFF_GATEWAY_WIRE_LOCAL_MESSAGES_H_

#include <string>
#include <string_view>
#include <variant>

#include "base/text.h"
#include "gateway/wire/session_messages.h"
#include "gateway/wire/version.h"

namespace wire {

// What a local caller asks for: its one packet, at most kMaxStart bytes. Who it is, it does not
// say: the kernel does. Answer, as to a session: Started, from the launcher, or Answer.
//
// The monitor passes it on as it understood it. One descriptor then: the caller's connection.
struct LocalRequest {
  static constexpr std::string_view kName = "local-request";
  int version = kVersion;
  std::string user;  // what an SSH client would have as its user name: "shop", "shop+v41", "oneoff"
  Start start;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("version", self.version);
    io("user", self.user);
    io("start", self.start);
  }
};

// Somebody connected whom "unix_users" does not name.
struct LocalStranger {
  static constexpr std::string_view kName = "local-stranger";
  std::string account;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("account", self.account);
  }
};

// How records and logs name an account of this host as a source: "unix:deploy".
inline std::string SourceOfAccount(std::string_view account) {
  return "unix:" + base::Escape(account, 64);
}

using FromLocalCaller = std::variant<LocalRequest>;
using FromLocalMonitor = std::variant<LocalRequest, LocalStranger>;

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_LOCAL_MESSAGES_H_
