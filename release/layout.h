// Layout: which releases an app's root holds, and which one a name means.
#ifndef ONEOFF_RELEASE_LAYOUT_H_
#define ONEOFF_RELEASE_LAYOUT_H_

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
// Capistrano (releases/ID, current -> releases/ID): `latest` is the last id by NaturalLess;
// `previous` is the entry before current in revisions.log, else the id before current's. Checkout:
// the root is the only release; its id is its commit's first 7 digits, or "checkout".
// kNoSuchRelease, kUnusable.
Outcome<Place> Locate(const App& app, std::string_view name);

// Digits compare as numbers: v9 before v10.
bool NaturalLess(std::string_view a, std::string_view b);

// The release that `log`, Capistrano's revisions.log, names before the last mention of `current`;
// empty if it names none of `ids`.
std::string PreviousInLog(std::string_view log, std::string_view current,
                          const std::vector<std::string>& ids);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_H_
