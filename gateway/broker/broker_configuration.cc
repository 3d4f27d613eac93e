// How a Broker reads its configuration: at start, when a file changes, and on request.
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
#include "gateway/broker/broker.h"
#include "gateway/broker/host_keys.h"
#include "gateway/installation/in_force.h"
#include "gateway/installation/local_account.h"

namespace broker {
namespace {

using installation::Standing;

// Bytes; a pipe holds 64 KiB (pipe(7)), so the write does not block.
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

base::Result<void> Broker::ReadConfiguration() {
  WatchFiles();  // before they are read, so that no change is missed
  if (auto store = installation::Store::Make(options_.paths.lib)) {
    store_ = std::move(*store);
  } else {
    log_(base::Level::kError, "the configuration cannot be kept: " + store.error().message());
  }
  config::Problems problems;
  auto loaded =
      installation::LoadInForce(options_.paths, store_ ? &*store_ : nullptr, nullptr, problems);
  if (!loaded) return base::Fail(base::Code::kInvalid, Render(problems));
  installation::CheckAppsUsers(loaded->configuration, config::Severity::kWarning, problems);
  Adopt(std::move(*loaded), problems);
  return {};
}

void Broker::Adopt(installation::InForce loaded, config::Problems& problems) {
  configuration_errors_.clear();
  for (const config::Problem& problem : problems) {
    const bool warning = problem.severity == config::Severity::kWarning;
    log_(warning ? base::Level::kWarning : base::Level::kError, problem.Summary());
    if (!warning) configuration_errors_ += problem.Summary() + "\n";
  }
  problems.clear();
  if (!loaded.not_kept.empty()) {
    log_(base::Level::kError, "the configuration cannot be kept: " + loaded.not_kept);
  }
  const bool settings_changed = loaded.configuration.settings != configuration_.settings;
  configuration_ = std::move(loaded.configuration);
  standing_ = loaded.standing;
  loaded = {};
  GiveMemoryBack();
  if (standing_ != Standing::kRefused || configuration_number_ == 0) ++configuration_number_;
  for (const auto& [gateway, _] : gateways_) {
    if (settings_changed) TellSettings(gateway);
  }
  log_(standing_ == Standing::kWhole ? base::Level::kInfo : base::Level::kError,
       fmt::format(fmt::runtime(Say(standing_)), configuration_number_));
  if (standing_ == Standing::kRefused) {
    log_(base::Level::kWarning, "what the new files take away counts all the same");
  }
  if (options_.tell_status) options_.tell_status(Status());
}

// The line in `systemctl status`.
std::string Broker::Status() const {
  const std::string digest =
      configuration_.digest.empty() ? "not kept" : configuration_.digest.substr(0, kShownDigest);
  switch (standing_) {
    case Standing::kWhole:
      return fmt::format("Configuration {} ({}) is in force", configuration_number_, digest);
    case Standing::kInPart:
      return fmt::format(
          "Configuration {} ({}) is in force IN PART: some files have errors; see: oneoff config "
          "check",
          configuration_number_, digest);
    case Standing::kRefused:
      break;
  }
  return fmt::format(
      "The LAST GOOD configuration ({}) is in force: the newest has errors; see: oneoff config "
      "check",
      digest);
}

void Broker::PostConfiguration() {
  if (standing_ == Standing::kRefused) {
    audit_.Post(audit::ConfigurationRefused{.problems = configuration_errors_,
                                            .digest = configuration_.digest});
    if (std::exchange(configuration_told_, true)) return;
  }
  configuration_told_ = true;
  audit_.Post(audit::ConfigurationLoaded{
      .digest = configuration_.digest,
      .number = configuration_number_,
      .problems = standing_ == Standing::kInPart ? configuration_errors_ : ""});
}

void Broker::WatchFiles() {
  if (file_changes_) loop_.Unwatch(file_changes_.get());
  file_changes_.Reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  watched_folders_.clear();
  constexpr unsigned kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                IN_CREATE | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
  for (const char* folder : {"", "/people", "/apps"}) {
    const std::string path = options_.paths.etc + folder;
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
bool Broker::IsNewLink(int watch, std::string_view name) const {
  const auto folder = watched_folders_.find(watch);
  struct stat info {};
  return folder != watched_folders_.end() &&
         lstat(fmt::format("{}/{}", folder->second, name.data()).c_str(), &info) == 0 &&
         (S_ISLNK(info.st_mode) || info.st_nlink > 1);
}

void Broker::ReloadIfChanged() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
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
  if (keys_changed) audit_.HandKeys();
  if (!changed) return;
  WatchFiles();
  Reload();
}

void Broker::Reload() {
  config::Problems problems;
  auto loaded = installation::LoadInForce(options_.paths, store_ ? &*store_ : nullptr,
                                          &configuration_, problems);
  if (!loaded) return;  // not reached: the current configuration is the fallback
  Adopt(std::move(*loaded), problems);
  PostConfiguration();
}

void Broker::HandleReload(int asker, wire::Received<wire::FromGateway>& received) {
  if (IsOwnUser(asker) && received.fds.size() == 1) {
    WatchFiles();
    Reload();
    const std::vector<std::string> faults = LoadHostKeys(options_.paths.etc).faults;
    for (const std::string& fault : faults) log_(base::Level::kError, fault);
    std::string text = Status() + "\n" + configuration_errors_ + base::Join(faults, "\n");
    if (text.size() > kMaxAnswer) text.resize(kMaxAnswer);
    text.insert(0, standing_ == Standing::kWhole && faults.empty() ? "+" : "-");
    (void)base::SetNonBlocking(received.fds.front().get());
    (void)!write(received.fds.front().get(), text.data(), text.size());
  }
  loop_.Unwatch(asker);
  gateways_.erase(asker);
}

}  // namespace broker
