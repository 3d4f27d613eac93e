// The UNIX account behind a local caller's uid.
#ifndef ONEOFF_GATEWAY_INSTALLATION_LOCAL_ACCOUNT_H_
#define ONEOFF_GATEWAY_INSTALLATION_LOCAL_ACCOUNT_H_

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/problem.h"
#include "gateway/installation/configuration.h"
#include "release/app.h"

namespace installation {

// Returns the account's name in the system's user database; the first name if there are several.
// "#1234" if the database does not know the uid; no policy can contain such a name. kUnavailable if
// the lookup fails. May block on the network (nsswitch.conf(5)).
base::Result<std::string> AccountOf(uid_t uid);

// Returns the first app, by name, whose commands run as `uid`: `user` in its file names the
// account, or the account owns its folder. Looks up the user database once for each app.
std::optional<std::string> AppThatRunsAs(uid_t uid,
                                         const std::map<std::string, release::App>& apps);

// Reports each account in unix_users that an app's commands run as, unless its entry has
// `apps_user`. Such an account stands for no person: each person with a right to that app could act
// as the person of the entry.
void CheckAppsUsers(const installation::Configuration& configuration, config::Severity severity,
                    config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_LOCAL_ACCOUNT_H_
