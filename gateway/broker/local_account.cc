#include "gateway/broker/local_account.h"

#include <fmt/format.h>
#include <pwd.h>

#include "base/text.h"

namespace broker {

std::string AccountOf(uid_t uid) {
  const passwd* const entry = getpwuid(uid);  // NOLINT(concurrency-mt-unsafe): one thread
  // Databases outside of this host may hold any name; a policy's names no number with a #.
  const bool named = entry != nullptr && *entry->pw_name != '\0' && *entry->pw_name != '#';
  return named ? entry->pw_name : fmt::format("#{}", uid);
}

std::string SourceOf(std::string_view account) { return "unix:" + base::Escape(account, 64); }

}  // namespace broker
