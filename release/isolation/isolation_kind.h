// IsolationKind: the ways in which a release's own libraries are found, and which of them an app
// wants.
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
  kVersions,     // a version manager's interpreters: rbenv, nvm and their like
  kLast = kVersions,
};

// "bundler", "virtualenv", ...: as the app file names it.
std::string_view NameOf(IsolationKind kind);
std::optional<IsolationKind> KindOf(std::string_view name);
// All of them, in the order in which they apply.
std::vector<std::string> IsolationNames();

// What an app file's `isolation` asks for.
struct IsolationChoice {
  bool automatic = true;             // whatever the release's files call for
  std::vector<IsolationKind> kinds;  // otherwise exactly these; none: no isolation

  bool Allows(IsolationKind kind) const;
  bool Demands(IsolationKind kind) const;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_ISOLATION_KIND_H_
