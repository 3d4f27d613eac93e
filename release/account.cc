#include "release/account.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "base/identity.h"
#include "base/result.h"
#include "base/text.h"
#include "release/command/login_shell.h"

namespace release {
namespace {

constexpr std::size_t kMaxEntry = 1U << 20U;  // bytes of one passwd entry
constexpr int kMaxGroups = 65536;

// The entry that `get` finds; nullopt if there is none. `get` is getpwnam_r or getpwuid_r, bound to
// its key.
template <typename Get>
base::Result<std::optional<Account>> FindEntry(const Get& get) {
  // getpwnam_r(3) needs a buffer whose size only a try can tell (ERANGE).
  for (std::size_t size = 4096; size <= kMaxEntry; size *= 4) {
    std::string buffer(size, '\0');
    passwd entry{};
    passwd* found = nullptr;
    const int number = get(&entry, buffer.data(), buffer.size(), &found);
    if (number == ERANGE) continue;
    if (found == nullptr) {
      // Name services report a missing entry in several ways: see ERRORS in getpwnam_r(3).
      const bool absent =
          number == 0 || number == ENOENT || number == ESRCH || number == EBADF || number == EPERM;
      if (absent) return std::nullopt;
      return base::FailSystem("the user database", number);
    }
    return Account{entry.pw_name, entry.pw_uid, entry.pw_gid, {}, entry.pw_dir, entry.pw_shell, {}};
  }
  return base::Fail(base::Code::kTooLarge, "the user database: an entry is too large");
}

base::Result<void> AddGroups(Account& account) {
  int count = 64;
  account.groups.resize(static_cast<std::size_t>(count));
  while (getgrouplist(account.name.c_str(), account.gid, account.groups.data(), &count) < 0) {
    if (count > kMaxGroups || static_cast<std::size_t>(count) <= account.groups.size()) {
      return base::Fail(base::Code::kTooLarge, account.name + ": too many groups");
    }
    account.groups.resize(static_cast<std::size_t>(count));
  }
  account.groups.resize(static_cast<std::size_t>(count));
  return {};
}

// The owner of the checkout. Only two folders are trusted for this: the root, which the
// administrator named, and, while root owns that, its `releases`. The app's user can replace a link
// that lies deeper.
Outcome<uid_t> OwnerOf(const App& app) {
  struct stat status {};
  if (stat(app.root.c_str(), &status) != 0) {
    return Refuse(kUnusable,
                  fmt::format("{}: its root {} is not usable: {} ({})", app.name, app.root,
                              std::generic_category().message(errno), app.file));
  }
  if (status.st_uid != 0) return status.st_uid;
  const std::string releases = app.root + "/releases";
  if (lstat(releases.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return status.st_uid;
  return uid_t{0};
}

Outcome<std::optional<Account>> Look(const App& app) {
  base::Result<std::optional<Account>> found;
  if (!app.user.empty()) {
    found = FindEntry([&](passwd* entry, char* buffer, std::size_t size, passwd** result) {
      return getpwnam_r(app.user.c_str(), entry, buffer, size, result);
    });
  } else {
    const auto owner = OwnerOf(app);
    if (!owner) return tl::unexpected(owner.error());
    found = FindEntry([&](passwd* entry, char* buffer, std::size_t size, passwd** result) {
      return getpwuid_r(*owner, entry, buffer, size, result);
    });
    if (found && !*found) {
      return Refuse(kConfiguration,
                    fmt::format("{}: {} belongs to uid {}, which no user has; say \"user\" in {}",
                                app.name, app.root, *owner, app.file));
    }
  }
  if (!found) {
    return Refuse(kConfiguration, fmt::format("{}: {}", app.name, found.error().message()));
  }
  return std::move(*found);
}

}  // namespace

Outcome<Account> FindAccount(const App& app) {
  auto found = Look(app);
  if (!found) return tl::unexpected(std::move(found.error()));
  if (!*found) {
    return Refuse(kConfiguration, fmt::format("{}: there is no user {} on this host ({})", app.name,
                                              base::Quote(app.user, 64), app.file));
  }
  Account account = std::move(**found);
  // Root only where the app file names it: a checkout that root owns by mistake must not give its
  // people root.
  if (account.uid == 0 && app.user.empty()) {
    return Refuse(
        kConfiguration,
        fmt::format("{}: {} belongs to root: name the user that its commands run as, even if that "
                    "is root, by \"user\" in {} or --user of oneoff apps add",
                    app.name, app.root, app.file));
  }
  if (auto added = AddGroups(account); !added) {
    return Refuse(kConfiguration, fmt::format("{}: {}", app.name, added.error().message()));
  }
  if (account.shell.empty()) account.shell = "/bin/sh";  // passwd(5)
  SetLoginShell(app, account);
  return account;
}

std::optional<uid_t> UidOf(const App& app) {
  const auto found = Look(app);
  if (!found || !*found) return std::nullopt;
  return (*found)->uid;
}

Outcome<Account> CallersAccount() {
  const uid_t uid = geteuid();
  auto found = FindEntry([&](passwd* entry, char* buffer, std::size_t size, passwd** result) {
    return getpwuid_r(uid, entry, buffer, size, result);
  });
  if (!found) return Refuse(kConfiguration, found.error().message());
  Account account = *found
                        ? std::move(**found)
                        : Account{fmt::format("{}", uid), uid, getegid(), {}, "/", "/bin/sh", {}};
  account.gid = getegid();
  // The groups that this process has, and not the database's: only root could take others.
  const int count = getgroups(0, nullptr);
  account.groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  if (count < 0 || getgroups(count, account.groups.data()) != count) {
    return Refuse(kConfiguration, base::Error::System("this process's groups").message());
  }
  if (account.shell.empty()) account.shell = "/bin/sh";  // passwd(5)
  return account;
}

int BecomeAccount(const Account& account) {
  return base::BecomeUser(account.uid, account.gid, account.groups);
}

}  // namespace release
