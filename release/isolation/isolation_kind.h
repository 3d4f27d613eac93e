// IsolationKind: the ways in which a release finds its own libraries, and an app's choice of them.
#ifndef ONEOFF_RELEASE_ISOLATION_ISOLATION_KIND_H_
#define ONEOFF_RELEASE_ISOLATION_ISOLATION_KIND_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace release {

enum class IsolationKind : int {
  kBundler = 0,  // Ruby's Gemfile
  kVirtualenv,   // Python's pyvenv.cfg
  kNode,         // node_modules/.bin
  kComposer,     // PHP's vendor/bin
  kCarton,       // Perl's local/lib/perl5
  kVersions,     // a version manager's interpreters: rbenv, nvm and others
  kLast = kVersions,
};

// "bundler", "virtualenv", ...: the names in the app file.
std::string_view NameOf(IsolationKind kind);
std::optional<IsolationKind> KindOf(std::string_view name);
// All names, in the order in which the kinds apply: the first kind's folders are searched first.
std::vector<std::string> IsolationNames();

// The choice in an app file's `isolation`.
struct IsolationChoice {
  bool automatic = true;             // the kinds that the release's files call for
  std::vector<IsolationKind> kinds;  // if not automatic: exactly these; empty: no isolation

  // Whether the kind is used if the release has it.
  bool Allows(IsolationKind kind) const;
  // Whether a release without the kind is unusable.
  bool Demands(IsolationKind kind) const;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_ISOLATION_KIND_H_
