// What can be told about gems from files: a Gemfile.lock, the scripts that start their executables.
#ifndef ONEOFF_RELEASE_ISOLATION_GEMS_H_
#define ONEOFF_RELEASE_ISOLATION_GEMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

// What the executables of `gem` are called, as far as it is well known; otherwise nothing.
std::vector<std::string> ExecutablesOf(std::string_view gem);

// The gems that a Gemfile.lock names in its GEM, GIT and PATH sections; at most 4,096.
std::vector<std::string> LockedGems(std::string_view lock);

// Whether a script sets Bundler up by itself: its text requires bundler/setup or the app's
// config/boot.
bool LoadsBundler(std::string_view script);

// The gem whose executable a script that RubyGems made runs; empty if it is no such script.
std::string GemOfBinstub(std::string_view script);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_GEMS_H_
