// Resolver: the short-lived process that reads below an app's root, as the app's user.
//
// Whatever lies there is hostile to root. So root forks; the child fetches what only root can
// (release::ReadRootOwnedSources, LookUpUnit), becomes the account, reads, and sends one bounded
// message; root believes its form and nothing else.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RESOLVER_H_
#define ONEOFF_GATEWAY_LAUNCHER_RESOLVER_H_

#include "base/unique_fd.h"
#include "release/release_snapshot.h"

namespace launcher {

struct Resolved {
  release::ReleaseSnapshot snapshot;
  base::UniqueFd lease;  // release::TakeLease's; may be none
};

// release::MakeSurvey and release::TakeLease, by a process of `account`. Their refusals, and
// kUnusable if that process failed or took longer than 10 seconds.
release::Outcome<Resolved> Resolve(const release::App& app, const release::Account& account,
                                   const release::SurveyRequest& request);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RESOLVER_H_
