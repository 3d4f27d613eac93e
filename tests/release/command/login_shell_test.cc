#include "release/command/login_shell.h"

#include <gtest/gtest.h>

namespace release {
namespace {

LoginShell Choose(const std::string& own, const std::string& of_app = {}) {
  App app;
  app.file = "shop.json";
  app.shell = of_app;
  Account account;
  account.name = "deploy";
  account.shell = own;
  return ChooseLoginShell(app, account, {"/bin/sh", "/bin/bash", "/usr/sbin/nologin", "/no/such"});
}

TEST(LoginShell, IsTheAccountsOwn) {
  EXPECT_EQ(Choose("/bin/sh", "/bin/bash").path, "/bin/sh");
  EXPECT_EQ(Choose("/bin/sh").why, "");
}

TEST(LoginShell, IsAnotherWhereTheAccountsIsNone) {
  EXPECT_EQ(Choose("/usr/sbin/nologin").path, "/bin/bash");
  EXPECT_EQ(Choose("/usr/sbin/nologin").why,
            "deploy's own, /usr/sbin/nologin, is no shell to work in");
  EXPECT_EQ(Choose("/bin/false").path, "/bin/bash");
  EXPECT_EQ(Choose("/usr/bin/env").why, "deploy's own, /usr/bin/env, is not in /etc/shells");
  EXPECT_EQ(Choose("/no/such").why, "deploy's own, /no/such, cannot be executed");
}

TEST(LoginShell, TheAppFileMayNameIt) {
  EXPECT_EQ(Choose("/bin/false", "/bin/sh").path, "/bin/sh");
  EXPECT_EQ(Choose("/bin/false", "/bin/sh").why,
            "\"shell\" of shop.json; deploy's own, /bin/false, is no shell to work in");
  EXPECT_EQ(Choose("/bin/false", "/no/such").why,
            "deploy's own, /bin/false, is no shell to work in, and /no/such of shop.json cannot be "
            "executed");
}

}  // namespace
}  // namespace release
