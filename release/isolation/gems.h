// Facts about gems from files: a Gemfile.lock, and the scripts that start a gem's executables.
#ifndef ONEOFF_RELEASE_ISOLATION_GEMS_H_
#define ONEOFF_RELEASE_ISOLATION_GEMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

// The names of the executables of `gem`, if they are well known; otherwise empty.
std::vector<std::string> ExecutablesOf(std::string_view gem);

// The gems in the GEM, GIT and PATH sections of a Gemfile.lock; at most 4,096.
std::vector<std::string> LockedGems(std::string_view lock);

// Whether a script loads Bundler itself: it requires bundler/setup or the app's config/boot.
bool LoadsBundler(std::string_view script);

// The gem whose executable a RubyGems script runs; empty if it is no such script.
std::string GemOfBinstub(std::string_view script);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_GEMS_H_
