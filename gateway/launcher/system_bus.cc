#include "gateway/launcher/system_bus.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace launcher {
namespace {

constexpr std::size_t kMaxStrings = 10'000;  // of a property

std::string Reason(int negative) { return std::generic_category().message(-negative); }

tl::unexpected<base::Error> Broken(int negative) {
  return base::Fail(base::Code::kUnavailable,
                    fmt::format("the system bus does not answer ({})", Reason(negative)));
}

tl::unexpected<base::Error> Malformed(int negative) {
  return base::Fail(base::Code::kInvalid,
                    fmt::format("an answer of another form than expected ({})", Reason(negative)));
}

int KeepReply(sd_bus_message* message, void* reply, sd_bus_error* /*error*/) noexcept {
  static_cast<BusMessage*>(reply)->reset(sd_bus_message_ref(message));
  return 1;
}

}  // namespace

base::Result<SystemBus> SystemBus::Connect(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  sd_bus* raw = nullptr;
  const int r = sd_bus_open_system(&raw);
  if (r < 0) {
    return base::Fail(
        base::Code::kUnavailable,
        fmt::format("there is no system bus over which to ask systemd ({})", Reason(r)));
  }
  return SystemBus(std::unique_ptr<sd_bus, CloseBus>(raw), deadline);
}

// Not sd_bus_call(): while the connection is being made, it waits without a deadline.
base::Result<void> SystemBus::WaitFor(const BusMessage& reply) {
  while (!reply) {
    int r = sd_bus_process(bus_.get(), nullptr);
    if (r < 0) return Broken(r);
    if (r > 0 || reply) continue;
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
        deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return base::Fail(base::Code::kUnavailable, "the system bus does not answer in time");
    }
    r = sd_bus_wait(bus_.get(), static_cast<std::uint64_t>(left.count()));
    if (r < 0 && r != -EINTR) return Broken(r);
  }
  return {};
}

base::Result<BusMessage> SystemBus::Call(const Target& target, const std::string& method,
                                         const std::vector<std::string>& arguments) {
  sd_bus_message* raw = nullptr;
  int r =
      sd_bus_message_new_method_call(bus_.get(), &raw, target.service.c_str(), target.path.c_str(),
                                     target.interface.c_str(), method.c_str());
  const BusMessage call(raw);
  for (const std::string& argument : arguments) {
    if (r >= 0) r = sd_bus_message_append_basic(call.get(), SD_BUS_TYPE_STRING, argument.c_str());
  }
  BusMessage reply;
  sd_bus_slot* slot = nullptr;
  if (r >= 0) r = sd_bus_call_async(bus_.get(), &slot, call.get(), KeepReply, &reply, UINT64_MAX);
  if (r < 0) return Broken(r);
  auto waited = WaitFor(reply);
  sd_bus_slot_unref(slot);  // from here on the callback no longer writes to `reply`
  if (!waited) return base::Fail(std::move(waited.error()));
  if (const sd_bus_error* const error = sd_bus_message_get_error(reply.get())) {
    const char* const said = error->message != nullptr ? error->message : error->name;
    return base::Fail(base::Code::kInvalid, fmt::format("systemd says: {}", base::Escape(said)));
  }
  return reply;
}

base::Result<BusMessage> SystemBus::Property(const Target& target, const std::string& name,
                                             const std::string& type) {
  auto reply = Call({target.service, target.path, "org.freedesktop.DBus.Properties"}, "Get",
                    {target.interface, name});
  if (!reply) return reply;
  const int r = sd_bus_message_enter_container(reply->get(), SD_BUS_TYPE_VARIANT, type.c_str());
  if (r <= 0) return Malformed(r);
  return reply;
}

base::Result<std::vector<std::string>> SystemBus::Strings(const Target& target,
                                                          const std::string& name) {
  const auto reply = Property(target, name, "as");
  if (!reply) return base::Fail(reply.error());
  int r = sd_bus_message_enter_container(reply->get(), SD_BUS_TYPE_ARRAY, "s");
  if (r < 0) return Malformed(r);
  std::vector<std::string> strings;
  const char* string = nullptr;
  while ((r = sd_bus_message_read_basic(reply->get(), SD_BUS_TYPE_STRING, &string)) > 0) {
    if (strings.size() == kMaxStrings) return base::Fail(base::Code::kTooLarge, "too many strings");
    strings.emplace_back(string);
  }
  if (r < 0) return Malformed(r);
  return strings;
}

}  // namespace launcher
