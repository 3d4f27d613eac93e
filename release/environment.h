// The environment of a command: the same for a one-off as for the web process, and nothing else.
//
// In this order, later wins: a clean base; the config files; the app file's `env`; isolation;
// ONEOFF_*; TERM; the client's variables that the rule accepts.
#ifndef ONEOFF_RELEASE_ENVIRONMENT_H_
#define ONEOFF_RELEASE_ENVIRONMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/account.h"
#include "release/app.h"
#include "release/env/client_variables.h"
#include "release/refusal.h"
#include "release/release_snapshot.h"
#include "release/variable.h"

namespace release {

inline constexpr std::string_view kBasePath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// PATH (the app's `path` in front, then the folders of `versions`), HOME, USER, LOGNAME, SHELL,
// LANG, and TZ if this process has one.
Variables BaseEnvironment(const App& app, const Account& account,
                          const std::vector<IsolationLayer>& versions = {});

// What every process of the release gets on top of the base: the config files, then the app file's
// `env`.
void AddConfig(const App& app, const std::vector<Variable>& config, Variables& environment);

struct EnvironmentRequest {
  const App& app;
  const Account& account;
  const ReleaseSnapshot& snapshot;
  const ClientVariables& client;
  std::vector<std::string> accept_env;  // of the Grant; empty without one
  std::string run_id;                   // empty (run:explain): ONEOFF_RUN is not set
};

// kDenied for a typed variable that is not accepted, with what is.
Outcome<Variables> BuildEnvironment(const EnvironmentRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENVIRONMENT_H_
