// LocalApp: the app that a command of `oneoff` on this host is about: the named one, or the one
// whose folder is the working directory.
#ifndef ONEOFF_GATEWAY_CLI_LOCAL_APP_H_
#define ONEOFF_GATEWAY_CLI_LOCAL_APP_H_

#include <optional>
#include <string>

#include "gateway/cli/command.h"
#include "release/account.h"
#include "release/app.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"

namespace cli {

struct LocalApp {
  release::App app;
  release::Account account;
  std::string release;                       // as typed
  bool of_gateway = false;                   // the app has a file in etc/apps/
  std::optional<release::FoundUmask> umask;  // the umask of its running web process
};

// Finds the app `target` ("shop", "shop+v41") in etc/apps/. Without a target: the app whose root
// contains the working directory, or else the checkout there.
// kNoSuchRelease for an app that has no file; kDenied if a checkout names another user than the
// caller, who is not root. It looks for the running web process to learn its umask, which may take
// 5 seconds.
release::Outcome<LocalApp> FindLocalApp(const Shared& shared, const std::string& target);

// Prints "oneoff: " and the refusal on stderr. Returns the exit status.
int Tell(const release::Refusal& refusal);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LOCAL_APP_H_
