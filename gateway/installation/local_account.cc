#include "gateway/installation/local_account.h"

#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "release/account.h"

namespace installation {

base::Result<std::string> AccountOf(uid_t uid) {
  errno = 0;
  const passwd* const entry = getpwuid(uid);  // NOLINT(concurrency-mt-unsafe): one thread
  // getpwnam(3): a missing account is reported as one of these errors.
  const bool absent =
      errno == 0 || errno == ENOENT || errno == ESRCH || errno == EBADF || errno == EPERM;
  if (entry == nullptr && !absent) {
    return base::Fail(base::Code::kUnavailable,
                      fmt::format("the name of the UNIX user {} cannot be looked up now: {}", uid,
                                  strerrordesc_np(errno)));
  }
  // A network database may hold any name. No policy contains a name with "#", so none can match.
  const bool named = entry != nullptr && *entry->pw_name != '\0' && *entry->pw_name != '#';
  return named ? entry->pw_name : fmt::format("#{}", uid);
}

std::optional<std::string> AppThatRunsAs(uid_t uid,
                                         const std::map<std::string, release::App>& apps) {
  const auto found = std::find_if(apps.begin(), apps.end(), [uid](const auto& app) {
    return release::UidOf(app.second) == uid;
  });
  if (found == apps.end()) return std::nullopt;
  return found->first;
}

void CheckAppsUsers(const installation::Configuration& configuration, config::Severity severity,
                    config::Problems& problems) {
  for (const auto& [account, user] : configuration.policy.unix_users()) {
    if (user.apps_user) continue;
    const passwd* const entry = getpwnam(account.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr) continue;
    const auto app = AppThatRunsAs(entry->pw_uid, configuration.apps);
    if (!app) continue;
    config::Problem problem = config::ProblemOf(
        configuration.policy.file(), user.line,
        fmt::format(
            "unix_users: the commands of the app {0} run as {1}, so each person with a right "
            "to {0} could ask as {2}; the account stands for no person",
            *app, base::Quote(account, 64), user.person),
        fmt::format("use an account that runs no app; or, if this is meant, write {}: "
                    "{{\"person\": \"{}\", \"apps_user\": true}}",
                    base::Quote(account, 64), user.person));
    problem.severity = severity;
    config::Add(problems, std::move(problem));
  }
}

}  // namespace installation
