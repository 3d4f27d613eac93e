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
#include "release/command_line.h"
#include "release/refusal.h"
#include "release/survey.h"
#include "release/variable.h"

namespace release {

inline constexpr std::string_view kBasePath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// Whether a client may never set this variable, whatever a rule says: those that make programs load
// code, find other programs or files, or start others (LD_*, PATH, RUBY*, GIT_*, *PAGER, ...), and
// names that are no [A-Za-z_][A-Za-z0-9_]*.
bool NeverFromClient(std::string_view name);

// PATH (the app's `path` in front), HOME, USER, LOGNAME, SHELL, LANG, and TZ if this process has
// one.
Variables BaseEnvironment(const App& app, const Account& account);

// What the client brought.
struct ClientVariables {
  std::vector<Assignment> sent;   // SSH `env` requests: dropped if not accepted
  std::vector<Assignment> typed;  // leading NAME=value words: refused if not accepted
  std::string term;               // of its pty; empty: no pty
};

struct EnvironmentRequest {
  const App& app;
  const Account& account;
  const Survey& survey;
  const ClientVariables& client;
  std::vector<std::string> accept_env;  // of the Grant; empty without one
  std::string run_id;                   // empty (run:explain): ONEOFF_RUN is not set
};

// kDenied for a typed variable that is not accepted, with what is.
Outcome<Variables> BuildEnvironment(const EnvironmentRequest& request);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENVIRONMENT_H_
