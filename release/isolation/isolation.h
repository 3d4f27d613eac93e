// Isolation: gives a command the release's own libraries. A snapshot finds the release's layers as
// plain values; the functions here apply them.
//
// It separates libraries, not processes: it is no sandbox. A private run is another matter
// (ProcessParts::private_run).
#ifndef ONEOFF_RELEASE_ISOLATION_ISOLATION_H_
#define ONEOFF_RELEASE_ISOLATION_ISOLATION_H_

#include <string>
#include <vector>

#include "release/isolation/isolation_kind.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

// How one of the requested programs is started.
struct Substitution {
  std::string program;             // as typed
  std::vector<std::string> words;  // the words that replace it; empty if it cannot be started
  std::string refusal;             // why it cannot be started, safe to print; empty: it can
};

// One kind of isolation that a release has.
struct IsolationLayer {
  IsolationKind kind = IsolationKind::kBundler;
  std::string what;                 // for people: the Gemfile, the virtualenv's folder
  std::vector<std::string> path;    // folders in front of the PATH
  std::vector<Variable> variables;  // override the app's config
  // Variables that another release may have left in the app's config.
  std::vector<std::string> unset;
  std::vector<Substitution> programs;  // of the requested programs
};

// Returns `words` (never empty) as they have to be started. At most one layer changes them: a
// command never gets two wrappers. The first layer that knows the first word counts; the other
// words stay. kUnusable if the first word's program belongs to a broken layer.
Outcome<std::vector<std::string>> Isolate(const std::vector<IsolationLayer>& layers,
                                          const std::vector<std::string>& words);

// Applies the layers to `environment`. The first layer's folders come first in the PATH, in front
// of those that it has. Of a variable that two layers set, the later layer's value counts.
void IsolateEnvironment(const std::vector<IsolationLayer>& layers, Variables& environment);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_ISOLATION_H_
