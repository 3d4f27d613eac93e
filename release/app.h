// App: one file of etc/apps/, read. What an app's own files say is in a Survey; nothing here looks
// at the file system. The format: release/FORMAT.md.
#ifndef ONEOFF_RELEASE_APP_H_
#define ONEOFF_RELEASE_APP_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/pattern.h"
#include "config/problem.h"
#include "config/record_terms.h"
#include "release/dialect.h"
#include "release/isolation_kind.h"

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
  std::int64_t open_files = 4096;                                 // RLIMIT_NOFILE; 64 to 1,048,576
};

// How many of an app's runs one person may have at once: what is set, or all but a quarter of them,
// rounded up; at least one.
std::int64_t ShareOfPerson(const AppLimits& limits);

struct App {
  std::string name;
  std::string file;  // of etc/apps/, for messages
  std::string root;  // absolute
  LayoutKind layout = LayoutKind::kAuto;
  std::string user;  // empty: whom the checkout belongs to
  // In order, later wins. The checkout's own .env is meant by kCheckoutEnv.
  std::vector<ConfigSource> config;
  std::vector<std::pair<std::string, std::string>> env;  // after all of `config`
  std::vector<std::string> path;       // ahead of the base PATH; "~/" is the user's
  std::vector<NamedCommand> commands;  // in the file's order
  std::string default_command;         // as typed; may be empty
  IsolationChoice isolation;
  AppLimits limits;
  config::RecordTerms record;
  unsigned umask = 0027;
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
