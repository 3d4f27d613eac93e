#include "gateway/broker/live_configuration.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "gateway/audit/key_files.h"
#include "gateway/broker/host_keys.h"
#include "gateway/installation/local_account.h"

namespace broker {
namespace {

using installation::Standing;

// Bytes. The answer goes into a pipe, which holds 64 KiB (pipe(7)), so the write does not block.
constexpr std::size_t kMaxAnswer = 32UL * 1024;
constexpr std::size_t kShownDigest = 12;  // digits

// Returns the memory that loading took. Otherwise every fork would copy its page tables.
void GiveMemoryBack() { malloc_trim(0); }

// All problems at once, for the person at the terminal.
std::string Render(const config::Problems& problems) {
  std::string text;
  for (const config::Problem& problem : problems) text += problem.Render() + "\n";
  return text + "oneoff: the configuration has errors, and there is no good one from before";
}

std::string_view Say(Standing standing) {
  switch (standing) {
    case Standing::kWhole:
      return "configuration {} loaded";
    case Standing::kInPart:
      return "configuration {} loaded in part: what has errors counts as it was before";
    case Standing::kRefused:
      break;
  }
  return "the configuration was not loaded; the one before stays in force";
}

}  // namespace

LiveConfiguration::LiveConfiguration(base::Loop& loop, const base::Log& log, config::Paths paths,
                                     Hooks hooks)
    : loop_(loop), log_(log), paths_(std::move(paths)), hooks_(std::move(hooks)) {}

base::Result<void> LiveConfiguration::Read() {
  WatchFiles();  // before they are read, so that no change is missed
  if (auto store = installation::Store::Make(paths_.lib)) {
    store_ = std::move(*store);
  } else {
    log_(base::Level::kError, "the configuration cannot be kept: " + store.error().message());
  }
  config::Problems problems;
  auto loaded = installation::LoadInForce(paths_, store_ ? &*store_ : nullptr, nullptr, problems);
  if (!loaded) return base::Fail(base::Code::kInvalid, Render(problems));
  installation::CheckAppsUsers(loaded->configuration, config::Severity::kWarning, problems);
  Adopt(std::move(*loaded), problems);
  return {};
}

void LiveConfiguration::Adopt(installation::InForce loaded, config::Problems& problems) {
  errors_.clear();
  for (const config::Problem& problem : problems) {
    const bool warning = problem.severity == config::Severity::kWarning;
    log_(warning ? base::Level::kWarning : base::Level::kError, problem.Summary());
    if (!warning) errors_ += problem.Summary() + "\n";
  }
  problems.clear();
  if (!loaded.not_kept.empty()) {
    log_(base::Level::kError, "the configuration cannot be kept: " + loaded.not_kept);
  }
  const bool settings_changed = loaded.configuration.settings != current_.settings;
  current_ = std::move(loaded.configuration);
  standing_ = loaded.standing;
  loaded = {};
  GiveMemoryBack();
  if (standing_ != Standing::kRefused || number_ == 0) ++number_;
  if (settings_changed) hooks_.settings_changed();
  log_(standing_ == Standing::kWhole ? base::Level::kInfo : base::Level::kError,
       fmt::format(fmt::runtime(Say(standing_)), number_));
  if (standing_ == Standing::kRefused) {
    log_(base::Level::kWarning, "what the new files take away counts all the same");
  }
  if (hooks_.tell_status) hooks_.tell_status(Status());
}

// The line in `systemctl status`.
std::string LiveConfiguration::Status() const {
  const std::string digest =
      current_.digest.empty() ? "not kept" : current_.digest.substr(0, kShownDigest);
  switch (standing_) {
    case Standing::kWhole:
      return fmt::format("Configuration {} ({}) is in force", number_, digest);
    case Standing::kInPart:
      return fmt::format(
          "Configuration {} ({}) is in force IN PART: some files have errors; see: oneoff config "
          "check",
          number_, digest);
    case Standing::kRefused:
      break;
  }
  return fmt::format(
      "The LAST GOOD configuration ({}) is in force: the newest has errors; see: oneoff config "
      "check",
      digest);
}

void LiveConfiguration::Record() {
  if (standing_ == Standing::kRefused) {
    hooks_.post(audit::ConfigurationRefused{.problems = errors_, .digest = current_.digest});
    if (std::exchange(recorded_, true)) return;
  }
  recorded_ = true;
  hooks_.post(
      audit::ConfigurationLoaded{.digest = current_.digest,
                                 .number = number_,
                                 .problems = standing_ == Standing::kInPart ? errors_ : ""});
}

void LiveConfiguration::WatchFiles() {
  if (file_changes_) loop_.Unwatch(file_changes_.get());
  // Anew each time: a folder that was replaced has another inode, and the old watch would see
  // nothing of it.
  file_changes_.Reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  watched_folders_.clear();
  constexpr unsigned kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                IN_CREATE | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
  for (const char* folder : {"", "/people", "/apps"}) {
    const std::string path = paths_.etc + folder;
    // A missing folder is no error: its creation is seen, and then the watches are set again.
    const int watch = inotify_add_watch(file_changes_.get(), path.c_str(), kChanges);
    if (watch >= 0) watched_folders_[watch] = path;
    if (watch < 0 && errno != ENOENT) {
      log_(base::Level::kWarning,
           base::Error::System(path + " is not watched for changes").message());
    }
  }
  loop_.Watch(file_changes_.get(), POLLIN, [this](short) { ReloadIfChanged(); });
}

// A symbolic or hard link is whole when it is made, and no other event tells of it.
bool LiveConfiguration::IsNewLink(int watch, std::string_view name) const {
  const auto folder = watched_folders_.find(watch);
  struct stat info {};
  return folder != watched_folders_.end() &&
         lstat(fmt::format("{}/{}", folder->second, name.data()).c_str(), &info) == 0 &&
         (S_ISLNK(info.st_mode) || info.st_nlink > 1);
}

void LiveConfiguration::ReloadIfChanged() {
  // Not on the stack: each of its pages would be touched (-fstack-clash-protection), and copied in
  // each process that the broker forks.
  alignas(inotify_event) thread_local std::array<char, 16384> buffer;
  bool changed = false;
  bool keys_changed = false;
  ssize_t n = 0;
  while ((n = read(file_changes_.get(), buffer.data(), buffer.size())) > 0) {
    for (ssize_t at = 0; at < n;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      // Key files concern the audit writer: it gets the keys from here, or reads them itself.
      const std::string_view name(buffer.data() + at + sizeof event, event.len);
      const bool of_keys = name.starts_with(audit::kKeyFile);
      keys_changed |= of_keys && (event.mask & IN_CREATE) == 0;
      at += static_cast<ssize_t>(sizeof event + event.len);
      // IN_CREATE tells of a new file while it is empty. Another event tells of its content.
      const bool whole = (event.mask & IN_CREATE) == 0 || (event.mask & IN_ISDIR) != 0 ||
                         IsNewLink(event.wd, name);
      changed |= whole && !of_keys;
    }
  }
  if (keys_changed) hooks_.audit_keys_changed();
  if (!changed) return;
  WatchFiles();
  Reload();
}

void LiveConfiguration::Reload() {
  config::Problems problems;
  auto loaded = installation::LoadInForce(paths_, store_ ? &*store_ : nullptr, &current_, problems);
  if (!loaded) return;  // not reached: the current configuration is the fallback
  Adopt(std::move(*loaded), problems);
  Record();
}

std::string LiveConfiguration::ReloadOnRequest() {
  WatchFiles();
  Reload();
  const std::vector<std::string> faults = LoadHostKeys(paths_.etc).faults;
  for (const std::string& fault : faults) log_(base::Level::kError, fault);
  std::string text = Status() + "\n" + errors_ + base::Join(faults, "\n");
  if (text.size() > kMaxAnswer) text.resize(kMaxAnswer);
  return (standing_ == Standing::kWhole && faults.empty() ? "+" : "-") + text;
}

}  // namespace broker
