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

// The default is root: fill in all members. A copy of the user database's answer; it does not
// follow later changes of it.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary groups; FindAccount's hold gid, too
  std::string home;           // as the database has it; whether it exists is not checked
  std::string shell;          // of a login: see LoginShell
  // Why it differs from the one in the user database; empty: it does not differ.
  std::string why_shell;
};

// Finds the app's `user` or, without one, the owner of its root; if root owns that, the owner of
// its `releases` folder. Looks in the system's user databases and reads no file below the app's
// root.
//
// kConfiguration, with a sentence that names the app's file, for a user that does not exist, and
// for root where the file does not name root; also if the database cannot be read, or the user has
// more than 65536 groups. kUnusable if the root is missing. May block for as long as the host's
// name services do (nsswitch.conf(5)).
Outcome<Account> FindAccount(const App& app);

// The user's uid, without its groups; nullopt where the user is not found. Unlike FindAccount, it
// also answers 0 for a root that root owns and whose file names no user.
std::optional<uid_t> UidOf(const App& app);

// The account that this process runs as (its effective uid and gid), with the process's own groups.
// A uid that the user databases do not know gets its number as its name, "/" as its home and
// /bin/sh as its shell. kConfiguration if the database or the groups cannot be read.
Outcome<Account> CallersAccount();

// Changes this process's groups, gid and uid to the account's, for good. A forked resolver does
// this first. Async-signal-safe (signal-safety(7)). Without root this succeeds only if the
// process already has this uid and gid. Returns 0, or the errno of the step that failed.
int BecomeAccount(const Account& account);

}  // namespace release

#endif  // ONEOFF_RELEASE_ACCOUNT_H_
