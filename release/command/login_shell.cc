#include "release/command/login_shell.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace release {
namespace {

constexpr std::size_t kMaxShells = 100;

// Why the account's shell cannot be used; empty if it can.
std::string WhyNot(const Account& account, const std::vector<std::string>& shells) {
  const std::string& shell = account.shell;
  const std::string_view name = std::string_view(shell).substr(shell.rfind('/') + 1);
  // System accounts have these to keep people from logging in (nologin(8)).
  if (name == "nologin" || name == "false") return "is no shell to work in";
  if (std::find(shells.begin(), shells.end(), shell) == shells.end())
    return "is not in /etc/shells";
  return IsExecutable(shell) ? "" : "cannot be executed";
}

std::vector<std::string> ShellsOfHost() {
  std::vector<std::string> shells;
  while (const char* const shell = getusershell()) {  // NOLINT(concurrency-mt-unsafe): one thread
    if (shells.size() < kMaxShells) shells.emplace_back(shell);
  }
  endusershell();  // NOLINT(concurrency-mt-unsafe)
  return shells;
}

}  // namespace

bool IsExecutable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
}

LoginShell ChooseLoginShell(const App& app, const Account& account,
                            const std::vector<std::string>& shells) {
  const std::string problem = WhyNot(account, shells);
  if (problem.empty()) return {account.shell, {}};
  const std::string own =
      fmt::format("{}'s own, {}, {}", account.name, base::Escape(account.shell, 200), problem);
  if (!app.shell.empty() && IsExecutable(app.shell)) {
    return {app.shell, fmt::format("\"shell\" of {}; {}", app.file, own)};
  }
  const std::string unusable = app.shell.empty()
                                   ? ""
                                   : fmt::format(", and {} of {} cannot be executed",
                                                 base::Escape(app.shell, 200), app.file);
  const char* const path = IsExecutable("/bin/bash") ? "/bin/bash" : "/bin/sh";
  return {path, own + unusable};
}

void SetLoginShell(const App& app, Account& account) {
  LoginShell shell = ChooseLoginShell(app, account, ShellsOfHost());
  account.shell = std::move(shell.path);
  account.why_shell = std::move(shell.why);
}

}  // namespace release
