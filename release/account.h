// Account: the UNIX user that an app's commands run as.
#ifndef ONEOFF_RELEASE_ACCOUNT_H_
#define ONEOFF_RELEASE_ACCOUNT_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "release/app.h"
#include "release/refusal.h"

namespace release {

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary ones, gid among them
  std::string home;
  std::string shell;      // for a login: see LoginShell
  std::string why_shell;  // why it is not the one of the user database; empty if it is
};

// The app's `user`, or else whom its root (or, if root owns that, its `releases` folder) belongs
// to. Looks the user up in the system's databases and reads no file below the app's root.
//
// kConfiguration, with a sentence that names the app's file, for a user that does not exist and for
// root where the file does not say so; kUnusable if the root is missing.
Outcome<Account> FindAccount(const App& app);

// The uid of that user, without a look at its groups; nullopt where FindAccount has an error.
std::optional<uid_t> UidOf(const App& app);

// Whoever runs this process, with the groups that it has; one that the system's databases do not
// know is named by its number and has no home but "/".
Outcome<Account> CallersAccount();

// Takes on the account's groups, gid and uid for good, in this process: what a forked resolver does
// first. Async-signal-safe. Without root it only succeeds if all of uid and gid are this already.
// Returns 0, or the errno of the step that failed.
int BecomeAccount(const Account& account);

}  // namespace release

#endif  // ONEOFF_RELEASE_ACCOUNT_H_
