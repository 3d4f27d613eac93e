// Resolver: a short-lived process that reads the files below an app's root as the app's user.
//
// The app's user controls these files, so root never parses them. Root forks a child. The child
// reads what needs root (release::ReadRootOwnedSources, LookUpUnit), becomes the app's user, reads
// the release and sends one bounded message. Root checks the message's form and trusts nothing else
// in it.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RESOLVER_H_
#define ONEOFF_GATEWAY_LAUNCHER_RESOLVER_H_

#include "base/unique_fd.h"
#include "release/release_snapshot.h"

namespace launcher {

struct Resolved {
  release::ReleaseSnapshot snapshot;
  base::UniqueFd lease;  // from release::TakeLease; may be invalid
};

// Calls release::TakeSnapshot and release::TakeLease in a process of `account`. Returns their
// refusals; kUnusable if that process fails or takes longer than 10 seconds.
// Blocks for that process. The message has at most 1 MiB; a longer one is kUnusable, too. The lease
// is accepted only if it is a directory. The account's groups are those of `account`.
release::Outcome<Resolved> Resolve(const release::App& app, const release::Account& account,
                                   const release::SnapshotRequest& request);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RESOLVER_H_
