// Paths: the folders of this installation's files.
#ifndef ONEOFF_CONFIG_PATHS_H_
#define ONEOFF_CONFIG_PATHS_H_

#include <string>

namespace config {

struct Paths {
  std::string etc;    // gateway.json, policy.json, people/, apps/, host_keys/
  std::string run;    // sockets; empty after a reboot
  std::string lib;    // runs/: state that must survive a reboot
  std::string audit;  // the audit log's files

  // The package's: /etc/oneoff, /run/oneoff, /var/lib/oneoff, /var/log/oneoff/audit. With a `root`:
  // ROOT/etc, ROOT/run, ROOT/lib, ROOT/log/audit.
  static Paths Under(const std::string& root) {
    if (root.empty()) {
      return {"/etc/oneoff", "/run/oneoff", "/var/lib/oneoff", "/var/log/oneoff/audit"};
    }
    return {root + "/etc", root + "/run", root + "/lib", root + "/log/audit"};
  }
};

}  // namespace config

#endif  // ONEOFF_CONFIG_PATHS_H_
