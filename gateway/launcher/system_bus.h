// SystemBus: method calls over D-Bus's system bus, all within one deadline.
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
  // An object, or an interface of one.
  struct Target {
    std::string service;
    std::string path;
    std::string interface;
  };

  // Does not wait for the bus to answer. kUnavailable if there is none.
  static base::Result<SystemBus> Connect(std::chrono::milliseconds patience);

  // The reply to a call with string arguments. kUnavailable if none comes in time, or the
  // connection breaks; kInvalid with the other side's words if it is an error.
  base::Result<BusMessage> Call(const Target& target, const std::string& method,
                                const std::vector<std::string>& arguments);
  // A property of the type `as`.
  base::Result<std::vector<std::string>> Strings(const Target& target, const std::string& name);
  // A property, to be read from within its variant, which is of the D-Bus type `type`.
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
