#include "base/identity.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace base {
namespace {

constexpr unsigned kBitsOfWord = 32;

using Words = std::array<__user_cap_data_struct, 2>;

int GetCapabilities(Words& words) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  return syscall(SYS_capget, &header, words.data()) == 0 ? 0 : errno;
}

// Without root: checks that the process has these ids already.
int CheckIds(uid_t uid, gid_t gid) {
  std::array<uid_t, 3> uids{};
  std::array<gid_t, 3> gids{};
  if (getresuid(&uids[0], &uids[1], &uids[2]) != 0) return errno;
  if (getresgid(&gids[0], &gids[1], &gids[2]) != 0) return errno;
  for (std::size_t i = 0; i < uids.size(); ++i) {
    if (uids.at(i) != uid || gids.at(i) != gid) return EPERM;
  }
  return 0;
}

}  // namespace

int KeepCapabilities(Capabilities kept) {
  Words words{};
  if (const int number = GetCapabilities(words); number != 0) return number;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto of_word = static_cast<std::uint32_t>(kept >> (i * kBitsOfWord));
    words.at(i).permitted &= of_word;
    // A change of the uid from root to another clears the effective set; this raises what is kept
    // (capabilities(7)).
    words.at(i).effective = words.at(i).permitted;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  return syscall(SYS_capset, &header, words.data()) == 0 ? 0 : errno;
}

int BecomeUser(uid_t uid, gid_t gid, std::span<const gid_t> groups, Capabilities kept) {
  if (geteuid() != 0) return CheckIds(uid, gid);
  // The kernel clears the parent-death signal when the ids change (prctl(2)).
  int at_parents_death = 0;
  prctl(PR_GET_PDEATHSIG, &at_parents_death);
  // Otherwise the kernel clears the permitted capabilities with the uid (capabilities(7)).
  if (kept != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return errno;
  // The uid comes last: without root's capabilities the process could not change its groups.
  if (setgroups(groups.size(), groups.data()) != 0) return errno;
  if (setresgid(gid, gid, gid) != 0) return errno;
  if (setresuid(uid, uid, uid) != 0) return errno;
  if (at_parents_death != 0) prctl(PR_SET_PDEATHSIG, at_parents_death);
  if (const int number = CheckIds(uid, gid); number != 0) return number;
  // An app's user may be root, if its file says so; then the process keeps root's capabilities.
  return uid == 0 && kept == 0 ? 0 : KeepCapabilities(kept);
}

}  // namespace base
