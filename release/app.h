// App: one file of etc/apps/ as a value. It holds only what that file says: reading the app's own
// files is ReleaseSnapshot's work. The format: release/FORMAT.md.
#ifndef ONEOFF_RELEASE_APP_H_
#define ONEOFF_RELEASE_APP_H_

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/on_disconnect.h"
#include "config/pattern.h"
#include "config/problem.h"
#include "config/record_terms.h"
#include "release/env/dialect.h"
#include "release/isolation/isolation_kind.h"

namespace release {

// How a deploy tool lays out the folders below the root: release/layout/layout.h. kAuto: found out
// by DetectLayout for each request.
enum class LayoutKind { kAuto, kCapistrano, kDeployer, kMina, kCheckout };

enum class SourceKind {
  kFile,
  kFolder,  // an envdir
  kUnit,    // the environment that the service manager gives to a unit
};

// An entry of `config`: where variables come from.
struct ConfigSource {
  std::string path;  // absolute, or relative to the app's root; of a kUnit the unit's name
  bool optional = false;
  Dialect dialect = Dialect::kDotenv;  // of a kFile
  SourceKind kind = SourceKind::kFile;
  bool of_framework = false;  // the file names no dialect: the recognised framework's is used
};

// An entry of `commands`.
struct NamedCommand {
  config::Pattern pattern;  // the key; with `run` one word, which is the name
  std::string run;          // the command behind the name; empty: the entry holds attributes only
  bool pty = false;         // a run without a terminal is refused
  std::optional<std::chrono::milliseconds> time_limit;
  std::optional<int> hangup_signal;
  config::OnDisconnect on_disconnect = {};
};

struct AppLimits {
  std::int64_t runs = 10;                                  // of all people at once; 1 to 10,000
  std::int64_t runs_per_person = 0;                        // 1 to 10,000; 0: as ShareOfPerson says
  std::chrono::milliseconds time = std::chrono::hours(8);  // of one run; 1 s to 365 d
  // Without output or input; 0: no limit.
  std::chrono::milliseconds idle = std::chrono::milliseconds(0);
  // RLIMIT_NOFILE, soft and hard; 64 to 1,048,576. Absent: soft kDefaultOpenFiles, hard the host's.
  std::optional<std::int64_t> open_files;
};

// How many of an app's runs one person may have at once: `runs_per_person`, or three quarters of
// `runs`, rounded down; at least one.
std::int64_t ShareOfPerson(const AppLimits& limits);

// The umask if neither the app file nor the app's own web process names one. With it a web server
// such as nginx can read the files that a run writes.
inline constexpr unsigned kDefaultUmask = 0022;
inline constexpr std::int64_t kDefaultOpenFiles = 4096;  // soft; a program may raise it

struct App {
  std::string name;  // IsAppName
  std::string file;  // the path in etc/apps/, for messages
  std::string root;  // absolute, without a slash at its end
  LayoutKind layout = LayoutKind::kAuto;
  std::string user;                // empty: the owner of the checkout (FindAccount)
  std::optional<Dialect> dialect;  // of the default sources
  bool config_is_default = true;   // the file has no "config"
  // In order, later wins. kCheckoutEnv stands for the checkout's own .env.
  std::vector<ConfigSource> config;
  // After all of `config`. Names are IsVariableName and not ONEOFF_*; values hold no NUL, and
  // FitsEnvironment is true.
  std::vector<std::pair<std::string, std::string>> env;
  std::vector<std::string> path;       // in front of the base PATH; "~/" is the user's home
  std::vector<NamedCommand> commands;  // in the file's order
  std::string default_command;         // as typed; may be empty
  IsolationChoice isolation;
  AppLimits limits;
  config::RecordTerms record;
  std::optional<unsigned> umask;  // 0 to 0777; absent: what web has, else kDefaultUmask
  std::string shell;              // absolute; used if the account's own shell allows no login
  std::string folder;   // the app's folder in its release, relative; empty: the release itself
  bool history = true;  // each person has their own history files
  bool private_runs = false;   // each run is walled off from the others
  int hangup_signal = SIGHUP;  // first to a run that has to end; SIGHUP, SIGTERM or SIGINT
  config::OnDisconnect on_disconnect;
};

// In App::config: the file .env of the release's own directory.
inline constexpr std::string_view kCheckoutEnv = "<release>/.env";

// Reads the app from `text`, the content of `file`; `name` is the file's name without ".json". Adds
// everything that is wrong to `problems`, and returns nullopt if the app cannot be used. Looks at
// no file and no user of the host. Problems that the caller's list already has do not count. Keys
// that this version does not act on (`daemons`, `exclusive` and others) are errors.
//
// `root` is empty for a file of etc/apps/, which names its root itself. For a file that lies in a
// checkout, `root` is that checkout, and the file may not name a root.
std::optional<App> ParseApp(std::string_view name, const std::string& file, const std::string& text,
                            config::Problems& problems, const std::string& root = "");

}  // namespace release

#endif  // ONEOFF_RELEASE_APP_H_
