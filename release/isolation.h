// Isolation: how a command gets the release's own libraries. Bundler is what this version knows.
#ifndef ONEOFF_RELEASE_ISOLATION_H_
#define ONEOFF_RELEASE_ISOLATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/refusal.h"
#include "release/variable.h"

namespace release {

// The facts about a release's bundle that a survey found; plain values.
struct Bundler {
  std::string gemfile;                // absolute; empty: no isolation
  std::string bundle;                 // absolute path of `bundle` on the PATH; empty: not there
  std::vector<std::string> wrapped;   // of the programs asked about: run with `bundle exec`
  std::vector<std::string> binstubs;  // of them: the release's own bin/X loads bundler as it is
};

// `words` (never empty) as they have to be started: with `bundle exec` in front, as the release's
// binstub, or as they are. Never two wrappers. kUnusable if the bundle is needed and `bundle` is
// not on the PATH.
Outcome<std::vector<std::string>> Isolate(const Bundler& bundler,
                                          const std::vector<std::string>& words);

// Points `environment` at this release's bundle and takes out what another one may have left there.
void IsolateEnvironment(const Bundler& bundler, Variables& environment);

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

#endif  // ONEOFF_RELEASE_ISOLATION_H_
