#include "release/root_owned.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace release {
namespace {

// What a component of the path has to be.
enum class Part {
  kAbove,  // a folder further up; may be writable if the sticky bit protects root's entries in it
  kFolder,
  kFile,
};

base::Result<void> Check(int place, Part part, const std::string& shown) {
  struct stat status {};
  if (fstat(place, &status) != 0) return base::FailSystem(shown);
  std::string_view fault;
  // In a sticky folder others may add entries, but not rename or remove root's (inode(7)).
  const bool sticky = part == Part::kAbove && (status.st_mode & S_ISVTX) != 0;
  if (S_ISLNK(status.st_mode)) {
    fault = "is a link";
  } else if (part == Part::kFile ? !S_ISREG(status.st_mode) : !S_ISDIR(status.st_mode)) {
    fault = part == Part::kFile ? "is not a regular file" : "is not a folder";
  } else if (status.st_uid != 0) {
    fault = "does not belong to root";
  } else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky) {
    fault = "can be written by others";
  }
  if (fault.empty()) return {};
  return base::Fail(base::Code::kDenied, fmt::format("{} {}", base::Escape(shown, 1000), fault));
}

// O_PATH|O_NOFOLLOW one component at a time: each is checked before it is used, and no link is
// followed.
base::Result<base::UniqueFd> Find(const std::string& path, Part last) {
  base::UniqueFd place(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!place) return base::FailSystem("/");
  std::vector<std::string> parts;
  for (const std::string_view part : base::Split(path, '/')) {
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  std::string shown;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "..") return base::Fail(base::Code::kDenied, "its path holds a ..");
    const bool parent = i + 1 == parts.size();  // of the last one
    if (auto good =
            Check(place.get(), parent ? Part::kFolder : Part::kAbove, shown.empty() ? "/" : shown);
        !good) {
      return base::Fail(std::move(good.error()));
    }
    place = base::UniqueFd(openat(place.get(), parts[i].c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    shown += "/" + parts[i];
    if (!place) {
      return base::Fail(base::Error::System("").code(), std::generic_category().message(errno));
    }
  }
  if (auto good = Check(place.get(), last, shown); !good)
    return base::Fail(std::move(good.error()));
  return place;
}

// The path that opens what was checked: a second lookup of its name could find another file.
std::string Same(const base::UniqueFd& place) {
  return fmt::format("/proc/self/fd/{}", place.get());
}

}  // namespace

base::Result<std::string> ReadRootOwned(const std::string& path, std::size_t limit) {
  const auto place = Find(path, Part::kFile);
  if (!place) return base::Fail(place.error());
  const base::UniqueFd file(
      open(Same(*place).c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return base::FailSystem("open");
  return base::ReadOpenFile(file.get(), limit);
}

base::Result<std::vector<std::string>> ListRootOwned(const std::string& path, std::size_t limit) {
  const auto place = Find(path, Part::kFolder);
  if (!place) return base::Fail(place.error());
  return base::ListDirectory(AT_FDCWD, Same(*place) + "/.", limit);
}

}  // namespace release
