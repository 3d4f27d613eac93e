// Role: what a process of the gateway is and may do. Only this table says so; birth.h puts it in
// force.
//
// A process has only its user's own group, except that a process of an app's user has all groups of
// that user. A process born for a role has /dev/null as descriptors 0 and 1, and above 2 it keeps
// only the descriptors that its birth names. Only the launcher can gain privileges, because the
// command that it starts may use sudo.
#ifndef ONEOFF_GATEWAY_ROLE_ROLE_H_
#define ONEOFF_GATEWAY_ROLE_ROLE_H_

#include <linux/capability.h>

#include "base/identity.h"

namespace role {

// The system calls that the process may make; filters.cc has the lists.
enum class Calls { kAll, kSession, kMonitor, kSupervisor, kWatcher, kArchivist, kWriter, kInit };
// What landlock(7) still lets the process open, within the rights of its user and its system calls:
// every file; files in /proc, for reading; files below the folders that its birth names.
enum class Landlock { kNo, kProc, kFolders };
enum class Gain { kNothing, kByExecuting };

struct Role {
  const char* title;  // the name in ps(1), at most 15 characters
  // The user that the process becomes if its parent is root. kParents: it keeps its parent's user.
  // kApps: an app's user.
  const char* user;
  base::Capabilities capabilities;  // the ones that it keeps if its parent is root
  Calls calls;
  Landlock landlock;
  Gain gain = Gain::kNothing;
};

inline constexpr const char* kParents = "";
inline constexpr const char* kApps = "*";

constexpr base::Capabilities Bit(int capability) { return base::Capabilities{1} << capability; }
inline constexpr base::Capabilities kNone = 0;
inline constexpr base::Capabilities kAllOfRoot = ~kNone;
inline constexpr base::Capabilities kKill = Bit(CAP_KILL);
// To read files and change their owner, to become an app's user with that app's limits, and to end
// a run.
inline constexpr base::Capabilities kLaunch = Bit(CAP_CHOWN) | Bit(CAP_DAC_OVERRIDE) | kKill |
                                              Bit(CAP_SETGID) | Bit(CAP_SETUID) |
                                              Bit(CAP_SYS_RESOURCE);
// To make the namespaces of a private run, too.
inline constexpr base::Capabilities kLaunchPrivate = kLaunch | Bit(CAP_SYS_ADMIN);

// clang-format off
//                                   title              user              capabilities  calls               landlock
inline constexpr Role kGateway    = {"oneoff-gateway",  "oneoff-gateway", kNone,        Calls::kAll,        Landlock::kNo};
inline constexpr Role kProxy      = {"oneoff-proxy",    kParents,         kNone,        Calls::kSession,    Landlock::kNo};
inline constexpr Role kSession    = {"oneoff-session",  kParents,         kNone,        Calls::kSession,    Landlock::kNo};
inline constexpr Role kWriter     = {"oneoff-audit",    "oneoff-audit",   kNone,        Calls::kWriter,     Landlock::kFolders};
inline constexpr Role kExporter   = {"oneoff-export",   kParents,         kAllOfRoot,   Calls::kAll,        Landlock::kNo};
inline constexpr Role kExport     = {"oneoff-export",   "oneoff-export",  kNone,        Calls::kAll,        Landlock::kNo};
inline constexpr Role kMonitor    = {"oneoff-monitor",  "oneoff-monitor", kNone,        Calls::kMonitor,    Landlock::kNo};
inline constexpr Role kLocal      = {"oneoff-local",    "oneoff-monitor", kNone,        Calls::kMonitor,    Landlock::kNo};
inline constexpr Role kLauncher   = {"oneoff-launcher", kParents,         kLaunch,      Calls::kAll,        Landlock::kNo, Gain::kByExecuting};
inline constexpr Role kPrivateLauncher =
                                    {"oneoff-launcher", kParents,         kLaunchPrivate, Calls::kAll,      Landlock::kNo, Gain::kByExecuting};
inline constexpr Role kResolver   = {"oneoff-resolver", kApps,            kNone,        Calls::kAll,        Landlock::kNo};
inline constexpr Role kQuestion   = {"oneoff-question", kApps,            kNone,        Calls::kAll,        Landlock::kNo};
inline constexpr Role kSupervisor = {"oneoff-run",      "oneoff-record",  kKill,        Calls::kSupervisor, Landlock::kProc};
inline constexpr Role kInit       = {"oneoff-init",     "oneoff-record",  kNone,        Calls::kInit,       Landlock::kNo};
inline constexpr Role kWatch      = {"oneoff-watch",    "oneoff-record",  kNone,        Calls::kWatcher,    Landlock::kNo};
inline constexpr Role kArchivist  = {"oneoff-archive",  "oneoff-record",  kNone,        Calls::kArchivist,  Landlock::kFolders};
// clang-format on

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_ROLE_H_
