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

// What the system's databases call it: the first name, if it has several. One that they do not know
// is "#1234", which no policy can name. kUnavailable if they cannot be asked now. May ask over the
// network, and take its time.
base::Result<std::string> AccountOf(uid_t uid);

// The first app, by name, whose commands run as `uid`: through `user` in its file, or because its
// folder belongs to that user. Asks the system's databases once an app.
std::optional<std::string> AppThatRunsAs(uid_t uid,
                                         const std::map<std::string, release::App>& apps);

// Reports each account of unix_users that an app's commands run as although its entry does not say
// `apps_user`. Such an account stands for no person, because each person with a right to that app
// could ask as the one whom the entry names.
void CheckAppsUsers(const installation::Configuration& configuration, config::Severity severity,
                    config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_LOCAL_ACCOUNT_H_
