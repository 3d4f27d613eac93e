#include "gateway/role/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/unique_fd.h"

namespace role {
namespace {

// Rights that are newer than Debian 12's kernel headers.
constexpr std::uint64_t kTruncate = 1ULL << 14;
constexpr std::uint64_t kIoctlOfDevice = 1ULL << 15;

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

// All file rights that this version of the interface knows.
std::uint64_t AllRights(int version) {
  std::uint64_t rights = LANDLOCK_ACCESS_FS_REFER - 1;  // version 1: all lower bits
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= kTruncate;
  if (version >= 5) rights |= kIoctlOfDevice;
  return rights;
}

base::Result<void> Allow(int ruleset, int directory, std::uint64_t rights) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = directory;
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return base::FailSystem("landlock_add_rule");
  }
  return {};
}

base::Result<base::UniqueFd> MakeRuleset(std::uint64_t rights) {
  landlock_ruleset_attr attributes{};
  // Landlock denies every handled right that no rule allows. A right that the kernel does not know
  // is refused with EINVAL, so `rights` depends on the version.
  attributes.handled_access_fs = rights;
  base::UniqueFd ruleset(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (!ruleset) return base::FailSystem("landlock_create_ruleset");
  return ruleset;
}

base::Result<void> Enforce(int ruleset) {
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
    return base::FailSystem("landlock_restrict_self");
  }
  return {};
}

}  // namespace

int LandlockVersion() {
  const auto version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

base::Result<void> RestrictToProc() {
  const int version = LandlockVersion();
  if (version == 0) return {};
  const auto ruleset = MakeRuleset(AllRights(version));
  if (!ruleset) return base::Fail(ruleset.error());
  const base::UniqueFd proc(open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  // Without /proc there is no rule, and the process may open nothing.
  if (!proc && errno != ENOENT) return base::FailSystem("/proc");
  auto done = proc ? Allow(ruleset->get(), proc.get(), kRead) : base::Result<void>();
  return done ? Enforce(ruleset->get()) : done;
}

base::Result<void> RestrictTo(const std::vector<int>& folders) {
  const int version = LandlockVersion();
  if (version == 0) return {};
  const std::uint64_t rights = AllRights(version);
  const auto ruleset = MakeRuleset(rights);
  if (!ruleset) return base::Fail(ruleset.error());
  for (const int folder : folders) {
    if (auto done = Allow(ruleset->get(), folder, rights); !done) return done;
  }
  return Enforce(ruleset->get());
}

}  // namespace role
