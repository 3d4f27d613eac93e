// App: one file of etc/apps/, read. What an app's own files say is in a ReleaseSnapshot; nothing
// here looks at the file system. The format: release/FORMAT.md.
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

#include "config/pattern.h"
#include "config/problem.h"
#include "config/record_terms.h"
#include "release/env/dialect.h"
#include "release/isolation/isolation_kind.h"

namespace release {

enum class LayoutKind { kAuto, kCapistrano, kDeployer, kMina, kCheckout };

enum class SourceKind {
  kFile,
  kFolder,  // an envdir
  kUnit,    // what the service manager gives to that unit
};

// An entry of `config`: where variables come from.
struct ConfigSource {
  std::string path;  // absolute, or relative to the app's root; a unit's name
  bool optional = false;
  Dialect dialect = Dialect::kDotenv;  // a file's
  SourceKind kind = SourceKind::kFile;
  bool of_framework = false;  // no dialect is named: the one of the recognised framework counts
};

// An entry of `commands`.
struct NamedCommand {
  config::Pattern pattern;  // the key; of an entry with `run` one word, the name
  std::string run;          // what a name stands for; empty: only attributes
  bool pty = false;         // refused without a terminal
  std::optional<std::chrono::milliseconds> time_limit;
};

struct AppLimits {
  std::int64_t runs = 10;                                  // at once, all people's; 1 to 10,000
  std::int64_t runs_per_person = 0;                        // 1 to 10,000; 0: ShareOfPerson's
  std::chrono::milliseconds time = std::chrono::hours(8);  // of one run; 1 s to 365 d
  std::chrono::milliseconds idle = std::chrono::milliseconds(0);  // without output or input; 0: any
  // RLIMIT_NOFILE, soft and hard; 64 to 1,048,576. Absent: kDefaultOpenFiles, and the host's hard.
  std::optional<std::int64_t> open_files;
};

// How many of an app's runs one person may have at once: what is set, or all but a quarter of them,
// rounded up; at least one.
std::int64_t ShareOfPerson(const AppLimits& limits);

// Where neither the app file nor the app's own web process says another: what nginx serves can be
// read.
inline constexpr unsigned kDefaultUmask = 0022;
inline constexpr std::int64_t kDefaultOpenFiles = 4096;  // soft; a program may ask for more

struct App {
  std::string name;
  std::string file;  // of etc/apps/, for messages
  std::string root;  // absolute
  LayoutKind layout = LayoutKind::kAuto;
  std::string user;                // empty: the checkout's owner
  std::optional<Dialect> dialect;  // of the default sources
  bool config_is_default = true;   // the file has no "config"
  // In order, later wins. The checkout's own .env is meant by kCheckoutEnv.
  std::vector<ConfigSource> config;
  std::vector<std::pair<std::string, std::string>> env;  // after all of `config`
  std::vector<std::string> path;       // ahead of the base PATH; "~/" is the user's
  std::vector<NamedCommand> commands;  // in the file's order
  std::string default_command;         // as typed; may be empty
  IsolationChoice isolation;
  AppLimits limits;
  config::RecordTerms record;
  std::optional<unsigned> umask;  // absent: what web has, else kDefaultUmask
  std::string shell;              // absolute; for an account that has none to work in
  std::string folder;             // of the app in its release, relative; empty: the release itself
  int hangup_signal = SIGHUP;     // to a run whose client is gone: SIGHUP, SIGTERM or SIGINT
};

// In App::config: the file .env of the release's own directory.
inline constexpr std::string_view kCheckoutEnv = "<release>/.env";

// The app that `text`, the content of `file`, describes; `name` is the file's without ".json".
// nullopt, with everything that is wrong added to `problems`, if it cannot be used.
//
// `root` is empty for a file of etc/apps/, which names its root; for a file that lies in the
// checkout itself it is that checkout's, and the file may not name another.
std::optional<App> ParseApp(std::string_view name, const std::string& file, const std::string& text,
                            config::Problems& problems, const std::string& root = "");

}  // namespace release

#endif  // ONEOFF_RELEASE_APP_H_
