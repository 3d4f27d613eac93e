#include "release/layout/layout.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"
#include "release/hostile_file.h"
#include "release/layout/git_head.h"
#include "release/layout/release_log.h"
#include "release/layout/target.h"
#include "release/natural_order.h"

namespace release {
namespace {

constexpr std::size_t kMaxReleases = 10'000;

constexpr auto kMarks = std::to_array<std::string_view>(
    {"oneoff.json",      "Procfile",       "Gemfile",          "config.ru",
     "manage.py",        "pyproject.toml", "requirements.txt", "setup.py",
     "Pipfile",          "package.json",   "composer.json",    "artisan",
     "cpanfile",         "Makefile.PL",    "mix.exs",          "releases/start_erl.data",
     "go.mod",           "Cargo.toml",     "pom.xml",          "build.gradle",
     "build.gradle.kts", ".git",           "REVISION"});
constexpr std::size_t kMaxCommitsRead = 100;  // of the newest releases, for commit digits

bool IsThere(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

// Capistrano's ids are times of at least 12 digits.
bool HasTimedRelease(const std::string& root) {
  const auto names = base::ListDirectory(AT_FDCWD, root + "/releases", kMaxReleases);
  return names && std::any_of(names->begin(), names->end(), [](const std::string& name) {
           return name.size() >= 12 && name.size() <= 17 && name.starts_with("20") &&
                  name.find_first_not_of("0123456789") == std::string::npos;
         });
}

std::string NameOf(const App& app, std::string_view release) {
  return fmt::format("{}+{}", app.name, base::Escape(release, 64));
}

// A root with releases/, as it was when it was read.
struct Releases {
  std::vector<std::string> ids;  // oldest first
  std::string latest;            // one of ids, or empty
  std::string current;           // one of ids, or empty
  std::string no_current;        // why current is empty
  std::string previous;          // one of ids, or empty
};

std::string NewestOf(const Releases& releases) {
  if (releases.ids.empty()) return "there is none yet";
  constexpr std::size_t kShown = 3;
  const std::size_t first = releases.ids.size() - std::min(kShown, releases.ids.size());
  std::vector<std::string> shown;
  for (std::size_t i = first; i < releases.ids.size(); ++i) {
    const bool current = releases.ids[i] == releases.current;
    shown.push_back(releases.ids[i] + (current ? " (current)" : ""));
  }
  if (shown.size() == 1) return "there is only " + shown[0];
  return "the newest are " + base::Join(shown, ", ");
}

// The id that ROOT/current points to, or why it points to none.
base::Result<std::string> ReadCurrent(const App& app, const Releases& releases) {
  const std::string link = app.root + "/current";
  auto real = RealPath(link);
  if (!real) return base::Fail(std::move(real.error()).Context(link));
  const auto parent = RealPath(app.root + "/releases");
  for (const std::string& id : releases.ids) {
    if (parent && *real == fmt::format("{}/{}", *parent, id)) return id;
  }
  // A release may itself be a link to a folder elsewhere.
  for (const std::string& id : releases.ids) {
    const auto release = RealPath(app.root + "/releases/" + id);
    if (release && *real == *release) return id;
  }
  return base::Fail(base::Code::kInvalid,
                    fmt::format("{} leads to {}, which is no release in {}/releases", link,
                                base::Quote(*real), app.root));
}

bool IsBad(const App& app, const std::string& id) {
  return IsRegularFile(fmt::format("{}/releases/{}/BAD_RELEASE", app.root, id));
}

// The release that Deployer would roll back to: the entry before current's that is not marked bad.
std::string PreviousOfDeployer(const App& app, const Releases& releases,
                               const std::vector<std::string>& logged) {
  auto entry = std::find(logged.rbegin(), logged.rend(), releases.current);
  if (entry == logged.rend()) return {};
  entry =
      std::find_if(++entry, logged.rend(), [&](const std::string& id) { return !IsBad(app, id); });
  return entry == logged.rend() ? std::string() : *entry;
}

std::vector<std::string> DeployersLog(const App& app, const Releases& releases) {
  const auto log = ReadHostileFile(app.root + "/.dep/releases_log");
  return log ? ReleasesInLog(*log, releases.ids) : std::vector<std::string>();
}

// From the deploy tool's own log, else by the order of ids.
std::string PreviousOf(const App& app, LayoutKind kind, const Releases& releases) {
  std::string previous;
  if (kind == LayoutKind::kDeployer) {
    const auto logged = DeployersLog(app, releases);
    previous = PreviousOfDeployer(app, releases, logged);
    // Current is the log's first entry, or all entries before it are bad.
    if (std::find(logged.begin(), logged.end(), releases.current) != logged.end()) return previous;
  } else if (kind == LayoutKind::kCapistrano) {
    const auto log = ReadHostileFile(app.root + "/revisions.log");
    if (log) previous = PreviousInLog(*log, releases.current, releases.ids);
  }
  if (!previous.empty()) return previous;
  const auto at = std::find(releases.ids.begin(), releases.ids.end(), releases.current);
  return at == releases.ids.begin() || at == releases.ids.end() ? std::string() : *(at - 1);
}

// Deployer's names may have no order: takes the release that is being deployed, else the log's
// last.
std::string LatestOf(const App& app, LayoutKind kind, const Releases& releases) {
  if (releases.ids.empty()) return {};
  if (kind == LayoutKind::kDeployer) {
    const auto under_way = RealPath(app.root + "/release");
    for (const std::string& id : releases.ids) {
      const auto release = RealPath(fmt::format("{}/releases/{}", app.root, id));
      if (under_way && release && *under_way == *release) return id;
    }
    const auto logged = DeployersLog(app, releases);
    if (!logged.empty()) return logged.back();
    const auto number = ReadHostileFile(app.root + "/.dep/latest_release");
    const std::string_view name = number ? base::Trim(*number) : std::string_view();
    if (std::find(releases.ids.begin(), releases.ids.end(), name) != releases.ids.end()) {
      return std::string(name);
    }
  }
  return releases.ids.back();
}

Outcome<Releases> ReadReleases(const App& app, LayoutKind kind) {
  const std::string folder = app.root + "/releases";
  auto names = base::ListDirectory(AT_FDCWD, folder, kMaxReleases);
  if (!names) return Refuse(kUnusable, fmt::format("{}: {}", app.name, names.error().message()));
  Releases releases;
  for (std::string& name : *names) {
    if (IsReleaseId(name) && IsDirectory(fmt::format("{}/{}", folder, name))) {
      releases.ids.push_back(std::move(name));
    }
  }
  // Deployer and Mina count releases: 10 is newer than 9.
  std::sort(releases.ids.begin(), releases.ids.end(), NaturalLess);
  releases.latest = LatestOf(app, kind, releases);
  if (auto current = ReadCurrent(app, releases)) {
    releases.current = std::move(*current);
    releases.previous = PreviousOf(app, kind, releases);
  } else {
    releases.no_current = current.error().message();
  }
  return releases;
}

// The newest release whose commit begins with `digits`.
Outcome<std::string> FindCommit(const App& app, const Releases& releases, std::string_view digits) {
  std::string id;
  std::string commit;
  const std::size_t count = std::min(kMaxCommitsRead, releases.ids.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& candidate = releases.ids[releases.ids.size() - 1 - i];
    const std::string its = ReadCommit(app.root + "/releases/" + candidate);
    if (!its.starts_with(digits)) continue;
    if (!commit.empty() && commit != its) {
      return Refuse(kNoSuchRelease,
                    fmt::format("{}: the commits of {} and {} begin so; type more digits",
                                NameOf(app, digits), id, candidate));
    }
    if (commit.empty()) {
      id = candidate;
      commit = its;
    }
  }
  return id;
}

// A folder releases/ may have another purpose. If the deploy tool was only inferred, the message
// says how to name the layout.
std::string HowToSayCheckout(const App& app) {
  if (app.layout != LayoutKind::kAuto || IsThere(app.root + "/current")) return {};
  return fmt::format("; if {} is itself the app, say \"layout\": \"checkout\" in {}", app.root,
                     app.file);
}

Outcome<std::string> Choose(const App& app, const Releases& releases, std::string_view name) {
  const auto& ids = releases.ids;
  if (std::find(ids.begin(), ids.end(), name) != ids.end()) return std::string(name);
  if (name == "current" || name == "previous") {
    if (releases.current.empty()) {
      return Refuse(kUnusable,
                    fmt::format("{}: no current release: {}; {}{}", app.name, releases.no_current,
                                NewestOf(releases), HowToSayCheckout(app)));
    }
    if (name == "current") return releases.current;
    if (!releases.previous.empty()) return releases.previous;
  }
  if (name == "latest" && !ids.empty()) return releases.latest;
  if (IsCommitDigits(name)) {
    auto found = FindCommit(app, releases, name);
    if (!found || !found->empty()) return found;
  }
  return Refuse(kNoSuchRelease,
                fmt::format("{}: no such release; {}", NameOf(app, name), NewestOf(releases)));
}

Outcome<Place> LocateRelease(const App& app, LayoutKind kind, std::string_view name) {
  const auto releases = ReadReleases(app, kind);
  if (!releases) return tl::unexpected(releases.error());
  auto id = Choose(app, *releases, name);
  if (!id) return tl::unexpected(std::move(id.error()));
  Place place{*id, {*id}, {}, {}};
  const auto add = [&](std::string_view label, const std::string& which) {
    if (which == *id && *id != label) place.names.emplace_back(label);
  };
  add("current", releases->current);
  add("latest", releases->latest);
  add("previous", releases->previous);
  auto real = RealPath(app.root + "/releases/" + *id);
  if (!real) {
    return Refuse(kUnusable, fmt::format("{}: {}/releases/{}: {}", NameOf(app, *id), app.root, *id,
                                         real.error().message()));
  }
  place.directory = std::move(*real);
  place.commit = ReadCommit(place.directory);
  return place;
}

Outcome<Place> LocateCheckout(const App& app, std::string_view name) {
  auto real = RealPath(app.root);
  if (!real) {
    return Refuse(kUnusable, fmt::format("{}: {}: {}", app.name, app.root, real.error().message()));
  }
  Place place{"checkout", {}, std::move(*real), {}};
  place.commit = ReadCommit(place.directory);
  if (!place.commit.empty()) place.id = place.commit.substr(0, 7);
  place.names = {place.id, "current", "latest"};
  const bool known = name == place.id || name == "current" || name == "latest" ||
                     (IsCommitDigits(name) && place.commit.starts_with(name));
  if (!known) {
    return Refuse(kNoSuchRelease, fmt::format("{}: no such release; there is only {} (current)",
                                              NameOf(app, name), place.id));
  }
  return place;
}

}  // namespace

std::string_view AppMarkIn(const std::string& folder) {
  for (const std::string_view mark : kMarks) {
    if (IsThere(fmt::format("{}/{}", folder, mark))) return mark;
  }
  return {};
}

std::vector<std::string> AppMarks() { return {kMarks.begin(), kMarks.end()}; }

LayoutKind DetectLayout(const std::string& root) {
  if (!IsDirectory(root + "/releases")) return LayoutKind::kCheckout;
  if (IsDirectory(root + "/.dep")) return LayoutKind::kDeployer;
  // Mina's bare clone; Capistrano's is called repo.
  const bool mina =
      IsRegularFile(root + "/current/.mina_git_revision") || IsDirectory(root + "/scm/objects");
  if (mina) return LayoutKind::kMina;
  const bool deployed = IsThere(root + "/current") || IsRegularFile(root + "/revisions.log") ||
                        IsDirectory(root + "/repo/objects") || HasTimedRelease(root);
  return deployed || AppMarkIn(root).empty() ? LayoutKind::kCapistrano : LayoutKind::kCheckout;
}

std::string_view NameOf(LayoutKind kind) {
  switch (kind) {
    case LayoutKind::kAuto:
      return "auto";
    case LayoutKind::kCapistrano:
      return "capistrano";
    case LayoutKind::kDeployer:
      return "deployer";
    case LayoutKind::kMina:
      return "mina";
    case LayoutKind::kCheckout:
      return "checkout";
  }
  return "";
}

Outcome<Place> Locate(const App& app, std::string_view name) {
  if (!IsDirectory(app.root)) {
    const auto real = RealPath(app.root);
    return Refuse(kUnusable,
                  fmt::format("{}: its root {} is not usable: {} ({})", app.name, app.root,
                              real ? "not a directory" : real.error().message(), app.file));
  }
  const LayoutKind kind = app.layout == LayoutKind::kAuto ? DetectLayout(app.root) : app.layout;
  return kind == LayoutKind::kCheckout ? LocateCheckout(app, name) : LocateRelease(app, kind, name);
}

}  // namespace release
