#include "config/variable_name.h"

#include <gtest/gtest.h>

#include <string>

namespace config {
namespace {

TEST(VariableName, IsLettersDigitsAndUnderscores) {
  EXPECT_TRUE(IsVariableName("VERBOSE"));
  EXPECT_TRUE(IsVariableName("_x9"));
  for (const char* name : {"", "9x", "A B", "A=B", "A-B", "\xC3\x84", "A*"}) {
    EXPECT_FALSE(IsVariableName(name)) << name;
  }
  EXPECT_FALSE(IsVariableName(std::string(257, 'A')));
}

TEST(VariableName, WhatDecidesWhichCodeRunsIsNeverTakenFromAClient) {
  for (const char* name : {"LD_PRELOAD",
                           "PATH",
                           "HOME",
                           "IFS",
                           "ENV",
                           "BASH_ENV",
                           "RUBYOPT",
                           "PYTHONSTARTUP",
                           "PERL5LIB",
                           "NODE_OPTIONS",
                           "BUNDLE_GEMFILE",
                           "GEM_HOME",
                           "GIT_SSH_COMMAND",
                           "PAGER",
                           "MANPAGER",
                           "EDITOR",
                           "SUDO_EDITOR",
                           "VISUAL",
                           "TERMINFO",
                           "ONEOFF_RUN",
                           "SHELLOPTS",
                           "BASH_FUNC_ls%%",
                           "npm_config_script_shell",
                           "GLIBC_TUNABLES",
                           "JAVA_TOOL_OPTIONS"}) {
    EXPECT_TRUE(NeverFromClient(name)) << name;
  }
}

TEST(VariableName, WhatIsOnlyReadMayBeTakenFromAClient) {
  for (const char* name : {"VERBOSE", "RAILS_ENV", "LANG", "LC_ALL", "VERSION", "TZ", "PATHS",
                           "HOMEPAGE", "ENVIRONMENT", "GOAL"}) {
    EXPECT_FALSE(NeverFromClient(name)) << name;
  }
}

}  // namespace
}  // namespace config
