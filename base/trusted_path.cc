#include "base/trusted_path.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

namespace base {
namespace {

enum class Part { kFolder, kAbove };

Result<void> CheckOne(const std::string& folder, Part part) {
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) return FailSystem(folder);
  if (!S_ISDIR(status.st_mode)) return Fail(Code::kDenied, folder + " is not a folder");
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return Fail(Code::kDenied, fmt::format("{} is owned by user {}, not by root: chown root {}",
                                           folder, status.st_uid, folder));
  }
  // In a sticky folder such as /tmp, only the owner of an entry may rename or remove it (inode(7)).
  const bool sticky = part == Part::kAbove && (status.st_mode & S_ISVTX) != 0;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky) {
    return Fail(
        Code::kDenied,
        fmt::format("mode {:04o} of {} lets other users replace what is in it: chmod go-w {}",
                    status.st_mode & 07777, folder, folder));
  }
  return {};
}

// `folder` must be absolute.
Result<void> CheckUpwards(std::string folder) {
  // To the root: a user who may write to any folder above can put another one in place of this
  // folder.
  for (Part part = Part::kFolder;; part = Part::kAbove) {
    if (auto good = CheckOne(folder, part); !good) return good;
    if (folder == "/") return {};
    const std::size_t slash = folder.rfind('/');
    folder = slash == 0 ? "/" : folder.substr(0, slash);
  }
}

}  // namespace

Result<void> CheckTrustedFolder(const std::string& folder) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(folder.c_str(), nullptr),
                                                         &std::free);
  if (!real) return FailSystem(folder);
  if (auto good = CheckUpwards(real.get()); !good) return good;
  // The folder that holds a link must be trusted, too: its writer could replace the link.
  if (folder == real.get() || folder.front() != '/') return {};
  std::string named = folder;
  while (named.size() > 1 && named.back() == '/') named.pop_back();
  return CheckUpwards(std::move(named));
}

}  // namespace base
