// The environment of a command. A one-off gets what the web process gets, and nothing else.
//
// The parts in their order, later wins: a clean base; the config files; the app file's `env`;
// isolation; ONEOFF_*; TERM; the client's variables that the rule accepts.
//
// Of this process's own environment only TZ counts. Nothing here reads a file. The functions
// allocate memory: they are called before the fork, not in the child.
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

// ENV_SUPATH in Debian's login.defs(5).
inline constexpr std::string_view kBasePath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// PATH (the app's `path`, then the folders of `versions`, then kBasePath), HOME, USER, LOGNAME,
// SHELL, LANG; TZ if this process has one.
Variables BaseEnvironment(const App& app, const Account& account,
                          const std::vector<IsolationLayer>& versions = {});

// Adds what every process of the release gets on top of the base: the config files, then the app
// file's `env`.
void AddConfig(const App& app, const std::vector<Variable>& config, Variables& environment);

// Borrows: what the references name must outlive the request.
struct EnvironmentRequest {
  const App& app;
  const Account& account;
  const ReleaseSnapshot& snapshot;
  const ClientVariables& client;
  std::vector<std::string> accept_env;  // the Grant's: NAME or NAME=VALUE; empty without a Grant
  std::string run_id;                   // empty (in run:explain): ONEOFF_RUN is not set
  std::string person = {};              // empty: a run of no gateway; ONEOFF_PERSON is not set
};

// Sets ONEOFF_APP, ONEOFF_RELEASE, ONEOFF_RUN and ONEOFF_PERSON itself: a config file's do not
// count. kDenied, with the accepted names, for a typed variable that the rule does not accept, or
// whose value make would expand (ClientVariables::plain_values). kConfiguration, with the name and
// the source, for a variable that does not fit (FitsEnvironment); the sum is not checked.
Outcome<Variables> BuildEnvironment(const EnvironmentRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENVIRONMENT_H_
