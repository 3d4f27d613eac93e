// Facts about gems from files: a Gemfile.lock, and the scripts that start a gem's executables.
//
// The functions take texts and run no Ruby. They look for fixed words, so a script that computes
// them is not recognised. All results come from the app's files: escape them before they are
// printed.
#ifndef ONEOFF_RELEASE_ISOLATION_GEMS_H_
#define ONEOFF_RELEASE_ISOLATION_GEMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

// The names of the executables of `gem`, if they are well known; otherwise empty.
std::vector<std::string> ExecutablesOf(std::string_view gem);

// The names of the gems in the GEM, GIT and PATH sections of a Gemfile.lock, in its order, without
// their dependencies; at most 4,096. Empty for any other text.
std::vector<std::string> LockedGems(std::string_view lock);

// Whether a script loads Bundler itself: it requires bundler/setup or the app's config/boot.
bool LoadsBundler(std::string_view script);

// The gem whose executable a RubyGems script runs: the first argument of its bin_path() or
// activate_bin_path(), at most 127 bytes; empty if it is no such script.
std::string GemOfBinstub(std::string_view script);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_GEMS_H_
