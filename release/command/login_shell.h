// LoginShell: the shell of a bare login, and SHELL in the environment of every run.
//
// A system user's own is often nologin, which is right for logins to the host and useless here: the
// policy says who gets a shell.
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
  std::string why;  // empty: it is the account's own
};

// The first that can be run of: the account's, if it is one of `shells` (those of shells(5)) and no
// nologin or false; the app file's "shell"; /bin/bash; /bin/sh.
LoginShell ChooseLoginShell(const App& app, const Account& account,
                            const std::vector<std::string>& shells);

// The same by this host's /etc/shells, set in `account`.
void SetLoginShell(const App& app, Account& account);

// A regular file that somebody may execute.
bool IsExecutable(const std::string& path);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_LOGIN_SHELL_H_
