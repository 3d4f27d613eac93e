// LocalApp: the app that a command of `oneoff` on the host itself is about: the one that was named,
// or the one in whose folder it was typed.
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
  bool of_gateway = false;                   // it is one of etc/apps/
  std::optional<release::FoundUmask> umask;  // of its web process that runs
};

// The app `target` ("shop", "shop+v41") of etc/apps/; with an empty target, the one whose root the
// working directory is below, else the checkout that it is in.
release::Outcome<LocalApp> FindLocalApp(const Shared& shared, const std::string& target);

// "oneoff: " and the refusal on stderr; what the process exits with.
int Tell(const release::Refusal& refusal);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_LOCAL_APP_H_
