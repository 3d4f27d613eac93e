// BrokersHello: the broker's answer to a gateway's Hello.
#ifndef ONEOFF_GATEWAY_WIRE_BROKERS_HELLO_H_
#define ONEOFF_GATEWAY_WIRE_BROKERS_HELLO_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/wire/version.h"

namespace wire {

struct BrokersHello {
  static constexpr std::string_view kName = "hello";
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

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_BROKERS_HELLO_H_
