// SystemBus: method calls over the D-Bus system bus. One deadline covers all calls.
//
// It uses sd-bus (sd-bus(3)) in the Resolver's process while it is still root. Replies come from
// systemd, which is trusted; their forms are checked all the same.
#ifndef ONEOFF_GATEWAY_LAUNCHER_SYSTEM_BUS_H_
#define ONEOFF_GATEWAY_LAUNCHER_SYSTEM_BUS_H_

#include <systemd/sd-bus.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace launcher {

struct CloseBus {
  void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
};
struct DropMessage {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using BusMessage = std::unique_ptr<sd_bus_message, DropMessage>;

class SystemBus {
 public:
  // An interface of an object of a service.
  // As in `busctl call SERVICE PATH INTERFACE`.
  struct Target {
    std::string service;
    std::string path;
    std::string interface;
  };

  // Does not block on the connection. kUnavailable if there is no bus. All calls together must end
  // within `patience`.
  static base::Result<SystemBus> Connect(std::chrono::milliseconds patience);

  // Calls a method with string arguments and waits for the reply. kUnavailable if no reply comes
  // before the deadline or the connection breaks; kInvalid, with the service's message, if the
  // reply is an error.
  base::Result<BusMessage> Call(const Target& target, const std::string& method,
                                const std::vector<std::string>& arguments);
  // Reads a property of the D-Bus type `as`.
  // kTooLarge above 10,000 strings; kInvalid for a property of another type.
  base::Result<std::vector<std::string>> Strings(const Target& target, const std::string& name);
  // Reads a property of the D-Bus type `type`. The message is positioned inside the variant.
  // The caller reads the value with sd_bus_message_read_basic(3) or enters a container. kInvalid if
  // the property has another type; `type` is a D-Bus signature, as "a(sb)".
  base::Result<BusMessage> Property(const Target& target, const std::string& name,
                                    const std::string& type);

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  SystemBus(std::unique_ptr<sd_bus, CloseBus> bus, Deadline deadline)
      : bus_(std::move(bus)), deadline_(deadline) {}
  base::Result<void> WaitFor(const BusMessage& reply);

  std::unique_ptr<sd_bus, CloseBus> bus_;
  Deadline deadline_;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_SYSTEM_BUS_H_
