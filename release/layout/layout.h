// Layout: which releases an app's root holds, and which one a name means.
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
  std::vector<std::string> names;  // id; current, latest, previous as they apply
  std::string directory;           // real path
  std::string commit;              // may be empty
};

// The release of `app` that `name` means: an exact id, else current, previous, latest, else a
// commit's first 7 or more digits.
//
// Capistrano, Deployer, Mina (releases/ID, current -> releases/ID): `latest` is the last id by
// NaturalLess, Deployer's by its own log; `previous` is the entry before current in the tool's log
// (revisions.log, .dep/releases_log; Mina has none), else the id before current's. Checkout: the
// root is the only release; its id is its commit's first 7 digits, or "checkout". kNoSuchRelease,
// kUnusable.
Outcome<Place> Locate(const App& app, std::string_view name);

// Which layout `root` has, by what lies there: never kAuto. A folder releases/ is a deploy tool's
// if `current` or another of its traces is beside it, or an id in it is a time (20261130120000);
// else, where `root` itself holds an app's files, they are the app (an Elixir release has a folder
// releases/, and so have release notes).
LayoutKind DetectLayout(const std::string& root);

// The file or folder by which a folder is known as an app's own; empty: by none.
std::string_view AppMarkIn(const std::string& folder);
// All of them.
std::vector<std::string> AppMarks();
// "capistrano", ...: as the app file names it.
std::string_view NameOf(LayoutKind kind);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_LAYOUT_H_
