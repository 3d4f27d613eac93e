#include "release/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "release/git_head.h"
#include "release/hostile_file.h"
#include "release/target.h"

namespace release {
namespace {

constexpr std::size_t kMaxReleases = 10'000;
constexpr std::size_t kMaxCommitsRead = 100;  // of the newest releases, for commit digits

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The leading digits of `text`, without leading zeros; takes them off it.
std::string_view TakeNumber(std::string_view& text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), IsDigit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

std::string NameOf(const App& app, std::string_view release) {
  return fmt::format("{}+{}", app.name, base::Escape(release, 64));
}

// A Capistrano root as it stood when it was read.
struct Releases {
  std::vector<std::string> ids;  // oldest first
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

// The id that ROOT/current leads to, or why it leads to none.
base::Result<std::string> ReadCurrent(const App& app, const Releases& releases) {
  const std::string link = app.root + "/current";
  auto real = RealPath(link);
  if (!real) return base::Fail(std::move(real.error()).Context(link));
  const auto parent = RealPath(app.root + "/releases");
  for (const std::string& id : releases.ids) {
    if (parent && *real == fmt::format("{}/{}", *parent, id)) return id;
  }
  // A release may itself be a link to where it really is.
  for (const std::string& id : releases.ids) {
    const auto release = RealPath(app.root + "/releases/" + id);
    if (release && *real == *release) return id;
  }
  return base::Fail(base::Code::kInvalid,
                    fmt::format("{} leads to {}, which is no release in {}/releases", link,
                                base::Quote(*real), app.root));
}

std::string PreviousOf(const App& app, const Releases& releases) {
  const auto log = ReadHostileFile(app.root + "/revisions.log");
  if (log) {
    std::string previous = PreviousInLog(*log, releases.current, releases.ids);
    if (!previous.empty()) return previous;
  }
  const auto at = std::find(releases.ids.begin(), releases.ids.end(), releases.current);
  return at == releases.ids.begin() || at == releases.ids.end() ? std::string() : *(at - 1);
}

Outcome<Releases> ReadReleases(const App& app) {
  const std::string folder = app.root + "/releases";
  auto names = base::ListDirectory(AT_FDCWD, folder, kMaxReleases);
  if (!names) return Refuse(kUnusable, fmt::format("{}: {}", app.name, names.error().message()));
  Releases releases;
  for (std::string& name : *names) {
    if (IsReleaseName(name) && IsDirectory(fmt::format("{}/{}", folder, name))) {
      releases.ids.push_back(std::move(name));
    }
  }
  std::sort(releases.ids.begin(), releases.ids.end(), NaturalLess);
  if (auto current = ReadCurrent(app, releases)) {
    releases.current = std::move(*current);
    releases.previous = PreviousOf(app, releases);
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

Outcome<std::string> Choose(const App& app, const Releases& releases, std::string_view name) {
  const auto& ids = releases.ids;
  if (std::find(ids.begin(), ids.end(), name) != ids.end()) return std::string(name);
  if (name == "current" || name == "previous") {
    if (releases.current.empty()) {
      return Refuse(kUnusable, fmt::format("{}: no current release: {}; {}", app.name,
                                           releases.no_current, NewestOf(releases)));
    }
    if (name == "current") return releases.current;
    if (!releases.previous.empty()) return releases.previous;
  }
  if (name == "latest" && !ids.empty()) return ids.back();
  if (IsCommitDigits(name)) {
    auto found = FindCommit(app, releases, name);
    if (!found || !found->empty()) return found;
  }
  return Refuse(kNoSuchRelease,
                fmt::format("{}: no such release; {}", NameOf(app, name), NewestOf(releases)));
}

Outcome<Place> LocateCapistrano(const App& app, std::string_view name) {
  const auto releases = ReadReleases(app);
  if (!releases) return tl::unexpected(releases.error());
  auto id = Choose(app, *releases, name);
  if (!id) return tl::unexpected(std::move(id.error()));
  Place place{*id, {*id}, {}, {}};
  const auto add = [&](std::string_view label, const std::string& which) {
    if (which == *id && *id != label) place.names.emplace_back(label);
  };
  add("current", releases->current);
  add("latest", releases->ids.back());
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

bool NaturalLess(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a[0]) && IsDigit(b[0])) {
      const std::string_view x = TakeNumber(a);
      const std::string_view y = TakeNumber(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // they differ in leading zeros at most
}

std::string PreviousInLog(std::string_view log, std::string_view current,
                          const std::vector<std::string>& ids) {
  // "Branch main (at 3f2a91c) deployed as release 20260301093000 by deploy", and "deploy rolled
  // back to release 20260228180000".
  std::vector<std::string_view> mentioned;
  for (const std::string_view line : base::Split(log, '\n')) {
    constexpr std::string_view kMark = " release ";
    const std::size_t at = line.rfind(kMark);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = base::Trim(line.substr(at + kMark.size()));
    mentioned.push_back(rest.substr(0, rest.find(' ')));
  }
  const std::set<std::string_view> existing(ids.begin(), ids.end());
  auto entry = std::find(mentioned.rbegin(), mentioned.rend(), current);
  for (; entry != mentioned.rend(); ++entry) {
    if (*entry != current && existing.contains(*entry)) return std::string(*entry);
  }
  return {};
}

Outcome<Place> Locate(const App& app, std::string_view name) {
  if (!IsDirectory(app.root)) {
    const auto real = RealPath(app.root);
    return Refuse(kUnusable,
                  fmt::format("{}: its root {} is not usable: {} ({})", app.name, app.root,
                              real ? "not a directory" : real.error().message(), app.file));
  }
  const bool capistrano = app.layout == LayoutKind::kCapistrano ||
                          (app.layout == LayoutKind::kAuto && IsDirectory(app.root + "/releases"));
  return capistrano ? LocateCapistrano(app, name) : LocateCheckout(app, name);
}

}  // namespace release
