// LoginShell: the shell of a bare login, and SHELL in the environment of every run.
//
// A system user's own shell is often nologin. That is right for logins to the host, but not here:
// here the policy decides who gets a shell.
#ifndef ONEOFF_RELEASE_COMMAND_LOGIN_SHELL_H_
#define ONEOFF_RELEASE_COMMAND_LOGIN_SHELL_H_

#include <functional>
#include <string>
#include <vector>

#include "release/account.h"
#include "release/app.h"

namespace release {

struct LoginShell {
  std::string path;
  std::string why;  // why it is not the account's own, safe to print; empty: it is
};

// The first of these that can be executed: the account's shell, if it is in `shells` (shells(5))
// and not nologin or false; the app file's "shell"; /bin/bash; /bin/sh, which is not tested.
LoginShell ChooseLoginShell(const App& app, const Account& account,
                            const std::vector<std::string>& shells);

// The same with this host's /etc/shells (getusershell(3); the first 100). Sets shell and why_shell
// of `account`. Not for use in two threads.
void SetLoginShell(const App& app, Account& account);

// Whether `path` is a regular file with an execute bit, of whichever user. Unlike IsProgram, it
// does not ask whether this process may execute it: root asks here for the app's user.
bool IsExecutable(const std::string& path);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_LOGIN_SHELL_H_
