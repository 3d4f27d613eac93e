// Layout: the releases in an app's root, and the release that a name means.
//
// It reads the root as the app's user, and each time anew: a deploy may run meanwhile. It changes
// nothing and runs no deploy tool.
#ifndef ONEOFF_RELEASE_LAYOUT_LAYOUT_H_
#define ONEOFF_RELEASE_LAYOUT_LAYOUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/app.h"
#include "release/refusal.h"

namespace release {

// One release, resolved.
struct Place {
  std::string id;
  std::vector<std::string> names;  // id; current, latest, previous where they apply
  std::string directory;           // real path
  std::string commit;              // may be empty
};

// The release of `app` that `name` means: an exact id, else current, previous, latest, else a
// commit's first 7 or more digits.
//
// Capistrano, Deployer, Mina (releases/ID, current -> releases/ID): `latest` is the last id by
// NaturalLess; for Deployer, the last in its log. `previous` is the entry before current in the
// tool's log (revisions.log, .dep/releases_log; Mina has none), else the id before current's.
//
// Checkout: the root is the only release. Its id is the first 7 digits of its commit, or
// "checkout".
//
// Commits are compared in the newest 100 releases only.
//
// kNoSuchRelease, with the newest releases: no such id or commit, a commit's digits that two
// commits begin with, a `previous` or `latest` that does not exist. kUnusable: the root cannot be
// read or has more than 10000 entries in releases/, or `current` leads to no release.
Outcome<Place> Locate(const App& app, std::string_view name);

// The layout of `root`, by its files; never kAuto. A folder releases/ is a deploy tool's if
// `current` or another of the tool's traces is beside it, or if an id in it is a time
// (20261130120000). Otherwise, if `root` itself holds an app's files, it is a checkout: an Elixir
// release has a folder releases/, and so have projects with release notes.
LayoutKind DetectLayout(const std::string& root);

// The file or folder by which a folder is recognised as an app's, the first in AppMarks()'s order;
// empty: none.
std::string_view AppMarkIn(const std::string& folder);
// Every mark.
std::vector<std::string> AppMarks();
// "capistrano", ...: the names in the app file.
std::string_view NameOf(LayoutKind kind);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_LAYOUT_H_
