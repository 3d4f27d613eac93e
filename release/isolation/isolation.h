// Isolation: how a command gets the release's own libraries. A snapshot finds the layers that a
// release has, as plain values; what is here applies them.
#ifndef ONEOFF_RELEASE_ISOLATION_ISOLATION_H_
#define ONEOFF_RELEASE_ISOLATION_ISOLATION_H_

#include <string>
#include <vector>

#include "release/isolation/isolation_kind.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

// How one of the programs that a snapshot was asked about is started.
struct Substitution {
  std::string program;             // as typed
  std::vector<std::string> words;  // what stands in its place
  std::string refusal;             // not empty: why it cannot be started
};

// One kind of isolation that a release has.
struct IsolationLayer {
  IsolationKind kind = IsolationKind::kBundler;
  std::string what;                    // for a person: the Gemfile, the virtualenv's folder
  std::vector<std::string> path;       // folders that go ahead of the PATH
  std::vector<Variable> variables;     // set, whatever the app's config says
  std::vector<std::string> unset;      // what another release may have left in the app's config
  std::vector<Substitution> programs;  // of those that were asked about
};

// `words` (never empty) as they have to be started. At most one layer changes them: never two
// wrappers. kUnusable if the first word's program belongs to a layer that is broken.
Outcome<std::vector<std::string>> Isolate(const std::vector<IsolationLayer>& layers,
                                          const std::vector<std::string>& words);

// Points `environment` at the layers: the first's folders are the PATH's first.
void IsolateEnvironment(const std::vector<IsolationLayer>& layers, Variables& environment);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_ISOLATION_H_
