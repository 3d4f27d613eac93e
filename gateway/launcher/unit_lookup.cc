#include "gateway/launcher/unit_lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "gateway/launcher/system_bus.h"

namespace launcher {
namespace {

using base::Result;
using release::UnitEnvironment;

constexpr std::chrono::milliseconds kPatience{2000};
constexpr const char* kSystemd = "org.freedesktop.systemd1";

SystemBus::Target Manager() {
  return {kSystemd, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"};
}

SystemBus::Target InterfaceOf(const std::string& path, const char* interface) {
  return {kSystemd, path, fmt::format("{}.{}", kSystemd, interface)};
}

// Returns the unit's object. LoadUnit makes systemd load a unit that does not run.
Result<std::string> FindUnit(SystemBus& bus, const std::string& unit) {
  const auto reply = bus.Call(Manager(), "LoadUnit", {unit});
  if (!reply) return base::Fail(reply.error());
  const char* path = nullptr;
  if (sd_bus_message_read_basic(reply->get(), SD_BUS_TYPE_OBJECT_PATH, &path) <= 0) {
    return base::Fail(base::Code::kInvalid, "systemd names no object for the unit");
  }
  return std::string(path);
}

Result<void> CheckLoaded(SystemBus& bus, const std::string& path, UnitEnvironment& unit) {
  const SystemBus::Target target = InterfaceOf(path, "Unit");
  const auto state = bus.Property(target, "LoadState", "s");
  if (!state) return base::Fail(state.error());
  const char* word = nullptr;
  (void)sd_bus_message_read_basic(state->get(), SD_BUS_TYPE_STRING, &word);
  const std::string loaded = word == nullptr ? "" : word;
  if (loaded == "not-found") {
    return base::Fail(base::Code::kNotFound, "systemd has no such unit; see: systemctl list-units");
  }
  if (loaded != "loaded") {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("systemd says that it is {}, not loaded; see: systemctl status",
                                  base::Quote(loaded, 32)));
  }
  const auto reload = bus.Property(target, "NeedDaemonReload", "b");
  int needed = 0;
  if (reload) (void)sd_bus_message_read_basic(reload->get(), SD_BUS_TYPE_BOOLEAN, &needed);
  if (needed != 0) {
    unit.warnings.emplace_back(
        "its files have changed since systemd read them; what systemd still uses counts, until: "
        "systemctl daemon-reload");
  }
  return {};
}

// EnvironmentFiles has the D-Bus type a(sb): a path, and whether the file may be missing.
Result<void> ReadFiles(SystemBus& bus, const SystemBus::Target& target, UnitEnvironment& unit) {
  const auto reply = bus.Property(target, "EnvironmentFiles", "a(sb)");
  if (!reply) return base::Fail(reply.error());
  sd_bus_message* const message = reply->get();
  int r = sd_bus_message_enter_container(message, SD_BUS_TYPE_ARRAY, "(sb)");
  while (r >= 0 && (r = sd_bus_message_enter_container(message, SD_BUS_TYPE_STRUCT, "sb")) > 0) {
    const char* path = nullptr;
    int optional = 0;
    r = sd_bus_message_read_basic(message, SD_BUS_TYPE_STRING, &path);
    if (r >= 0) r = sd_bus_message_read_basic(message, SD_BUS_TYPE_BOOLEAN, &optional);
    if (r < 0) break;
    unit.files.push_back({path, optional != 0});
    r = sd_bus_message_exit_container(message);
  }
  if (r < 0) return base::Fail(base::Code::kInvalid, "its EnvironmentFiles cannot be read");
  return {};
}

// PassEnvironment= names variables of the manager's own environment (systemd.exec(5)).
Result<void> ReadPassed(SystemBus& bus, const SystemBus::Target& target, UnitEnvironment& unit) {
  const auto names = bus.Strings(target, "PassEnvironment");
  if (!names) return base::Fail(names.error());
  if (names->empty()) return {};
  const auto manager = bus.Strings(Manager(), "Environment");
  if (!manager) return base::Fail(manager.error());
  for (const std::string& name : *names) {
    const auto found = std::find_if(
        manager->begin(), manager->end(),
        [&](const std::string& assignment) { return assignment.starts_with(name + "="); });
    if (found != manager->end()) {
      unit.passed.push_back(*found);
    } else {
      unit.warnings.push_back(fmt::format("PassEnvironment={}: systemd's own environment has none",
                                          base::Escape(name, 100)));
    }
  }
  return {};
}

Result<UnitEnvironment> Ask(SystemBus& bus, const std::string& name) {
  UnitEnvironment unit;
  const auto path = FindUnit(bus, name);
  if (!path) return base::Fail(path.error());
  if (auto loaded = CheckLoaded(bus, *path, unit); !loaded) return base::Fail(loaded.error());
  const SystemBus::Target service = InterfaceOf(*path, "Service");
  if (auto read = ReadPassed(bus, service, unit); !read) return base::Fail(read.error());
  auto environment = bus.Strings(service, "Environment");
  if (!environment) return base::Fail(environment.error());
  unit.environment = std::move(*environment);
  if (auto read = ReadFiles(bus, service, unit); !read) return base::Fail(read.error());
  auto unset = bus.Strings(service, "UnsetEnvironment");
  if (!unset) return base::Fail(unset.error());
  unit.unset = std::move(*unset);
  const auto umask = bus.Property(service, "UMask", "u");
  std::uint32_t mask = 0;
  if (umask && sd_bus_message_read_basic(umask->get(), SD_BUS_TYPE_UINT32, &mask) > 0) {
    unit.umask = mask & 0777U;
  }
  return unit;
}

}  // namespace

base::Result<release::UnitEnvironment> LookUpUnit(const std::string& unit) {
  auto bus = SystemBus::Connect(kPatience);
  if (!bus) return base::Fail(bus.error());
  return Ask(*bus, unit);
}

}  // namespace launcher
