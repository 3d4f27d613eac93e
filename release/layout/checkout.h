// Checkout: the app of a person who works in its folder: the nearest folder, upwards, that looks
// like an app.
#ifndef ONEOFF_RELEASE_LAYOUT_CHECKOUT_H_
#define ONEOFF_RELEASE_LAYOUT_CHECKOUT_H_

#include <string>
#include <string_view>

#include "release/app.h"
#include "release/refusal.h"

namespace release {

// The app file that a checkout may hold.
inline constexpr std::string_view kAppFile = "oneoff.json";

struct Checkout {
  App app;                          // from its oneoff.json, else with all defaults
  std::string release = "current";  // the release that `directory` is in
  std::string directory;            // real path
  std::string mark;                 // the file that it was recognised by: "Gemfile"
};

// Looks in the real path of `from`, then in each folder above it but "/". A folder ROOT/releases/ID
// beside ROOT/current or ROOT/shared (Capistrano's layout) is that release of the app at ROOT.
// kUsage, with what was searched, if there is none, and if `from` does not exist; kConfiguration
// for an oneoff.json that cannot be read or has errors. These are shown in several lines, as a
// file's errors are. Reads as this process's user: the person who works there.
Outcome<Checkout> FindCheckout(const std::string& from);

// The name of the app at `root` if no file names it: the folder's name, changed to a valid app
// name: small letters, '-' for other characters, 32 bytes at most; "app" if no letter is left, and
// for "oneoff".
std::string NameOfCheckout(std::string_view root);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_CHECKOUT_H_
