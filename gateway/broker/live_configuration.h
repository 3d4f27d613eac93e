// LiveConfiguration: the configuration in force. It is read at start, when a file below etc/
// changes, and on request. Errors in the newest files leave the last good configuration in force
// (gateway/installation/FORMAT.md).
#ifndef ONEOFF_GATEWAY_BROKER_LIVE_CONFIGURATION_H_
#define ONEOFF_GATEWAY_BROKER_LIVE_CONFIGURATION_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "config/problem.h"
#include "gateway/audit/event.h"
#include "gateway/installation/configuration.h"
#include "gateway/installation/in_force.h"
#include "gateway/installation/store.h"

namespace broker {

class LiveConfiguration {
 public:
  // Called within the methods below; none of them may call back.
  struct Hooks {
    std::function<void(const audit::Event&)> post;        // for the audit log
    std::function<void()> settings_changed;               // gateway.json has other values
    std::function<void()> audit_keys_changed;             // a file of the audit log's keys
    std::function<void(const std::string&)> tell_status;  // for the service manager; may be empty
  };

  // `loop` and `log` outlive this.
  LiveConfiguration(base::Loop& loop, const base::Log& log, config::Paths paths, Hooks hooks);

  // Reads the files and begins to watch them. kInvalid, with each error of the files, if they have
  // errors and there is no good configuration from before.
  base::Result<void> Read();
  // Reads the files again. Errors are logged and recorded.
  void Reload();
  void ReloadIfChanged();
  // Watches folders that exist only now, and reads the files again. Returns the answer to the
  // operator who asked for it: '+' or '-', whether all of it was read without an error, then lines
  // for the operator.
  std::string ReloadOnRequest();
  // Records which configuration is in force.
  void Record();

  // The object's address stays the same; its content changes with each reload.
  const installation::Configuration& current() const { return current_; }
  const config::GatewaySettings& settings() const { return current_.settings; }

 private:
  void WatchFiles();
  bool IsNewLink(int watch, std::string_view name) const;
  // Logs the problems and puts the loaded configuration in force.
  void Adopt(installation::InForce loaded, config::Problems& problems);
  std::string Status() const;

  base::Loop& loop_;
  const base::Log& log_;
  const config::Paths paths_;
  const Hooks hooks_;

  installation::Configuration current_;
  std::uint64_t number_ = 0;  // of this process's configurations, from 1
  std::optional<installation::Store> store_;
  installation::Standing standing_ = installation::Standing::kWhole;
  std::string errors_;     // of the newest files, one a line
  bool recorded_ = false;  // the audit log says what is in force
  base::UniqueFd file_changes_;
  std::map<int, std::string> watched_folders_;  // by inotify's watch descriptor
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_LIVE_CONFIGURATION_H_
