#include "gateway/broker/local_account.h"

#include <fmt/format.h>
#include <pwd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace broker {

base::Result<std::string> AccountOf(uid_t uid) {
  errno = 0;
  const passwd* const entry = getpwuid(uid);  // NOLINT(concurrency-mt-unsafe): one thread
  // getpwnam(3): one that is not there is told in any of these ways.
  const bool absent =
      errno == 0 || errno == ENOENT || errno == ESRCH || errno == EBADF || errno == EPERM;
  if (entry == nullptr && !absent) {
    return base::Fail(base::Code::kUnavailable,
                      fmt::format("the name of the UNIX user {} cannot be looked up now: {}", uid,
                                  strerrordesc_np(errno)));
  }
  // Databases outside of this host may hold any name; a policy's names no number with a #.
  const bool named = entry != nullptr && *entry->pw_name != '\0' && *entry->pw_name != '#';
  return named ? entry->pw_name : fmt::format("#{}", uid);
}

std::string SourceOf(std::string_view account) { return "unix:" + base::Escape(account, 64); }

}  // namespace broker
