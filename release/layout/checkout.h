// Checkout: the app that somebody who works in its folder means: nearest folder upwards that looks
// like one.
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
  App app;                          // of its oneoff.json, else all at the defaults
  std::string release = "current";  // the one that `directory` is in
  std::string directory;            // real path
  std::string mark;                 // what it was known by: "Gemfile"
};

// Looks in `from` (absolute) and then in each folder above it. A release of a Capistrano layout
// (ROOT/releases/ID beside ROOT/current or ROOT/shared) is that release of the app at ROOT. kUsage,
// with what was looked for, if there is none; kConfiguration for an oneoff.json with errors, which
// are shown as a file's errors are, in several lines.
Outcome<Checkout> FindCheckout(const std::string& from);

// The name that the app at `root` has where nobody gave it one: the folder's, as far as an app may
// be called so.
std::string NameOfCheckout(std::string_view root);

}  // namespace release

#endif  // ONEOFF_RELEASE_LAYOUT_CHECKOUT_H_
