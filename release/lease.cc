#include "release/lease.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

void Warn(ReleaseSnapshot& snapshot, int number) {
  if (snapshot.warnings.size() >= kMaxWarnings) snapshot.warnings.resize(kMaxWarnings - 1);
  snapshot.warnings.push_back(
      fmt::format("{}: cannot be locked: {}: a clean-up of releases does not see who uses this one",
                  base::Escape(snapshot.directory, 4096), std::generic_category().message(number)));
}

}  // namespace

Outcome<base::UniqueFd> TakeLease(const App& app, ReleaseSnapshot& snapshot) {
  const auto refuse = [&](std::string_view why) {
    return Refuse(kUnusable, fmt::format("{}+{}: {}", app.name, snapshot.release, why));
  };
  constexpr std::string_view kRemoved = "the release was removed just now; type it again";
  base::UniqueFd lease(open((snapshot.top.empty() ? snapshot.directory : snapshot.top).c_str(),
                            O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!lease && errno == ENOENT) return refuse(kRemoved);
  if (!lease) {
    Warn(snapshot, errno);
    return lease;
  }
  // Shared, because several runs use one release. flock(2) works on a folder, and `flock -x` in a
  // clean-up sees it.
  if (flock(lease.get(), LOCK_SH | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return refuse(
          "the release is being removed: another process holds an exclusive lock on its directory, "
          "as a clean-up does");
    }
    Warn(snapshot, errno);
  }
  // After the lock: a clean-up may have removed the folder between open(2) and flock(2).
  if (IsGone(lease)) return refuse(kRemoved);
  return lease;
}

bool IsGone(const base::UniqueFd& lease) {
  struct stat status {};
  return lease && fstat(lease.get(), &status) == 0 && status.st_nlink == 0;
}

}  // namespace release
