#include "config/reserved_variables.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace config {
namespace {

TEST(ReservedVariables, CoverWhatDecidesWhichCodeRunsOrWhereDataGoes) {
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
                           "JAVA_TOOL_OPTIONS",
                           "VIMINIT",
                           "EXINIT",
                           "LESSKEY",
                           "LESSKEYIN_SYSTEM",
                           "DJANGO_SETTINGS_MODULE",
                           "FLASK_APP",
                           "JRUBY_OPTS",
                           "ERL_FLAGS",
                           "ERL_AFLAGS",
                           "DOCKER_HOST",
                           "KUBECONFIG",
                           "http_proxy",
                           "HTTPS_PROXY",
                           "no_proxy",
                           "R_PROFILE_USER",
                           "MAVEN_OPTS",
                           "GOFLAGS",
                           "RUSTC_WRAPPER",
                           "MAKEFLAGS",
                           "PGHOST",
                           "PGSSLMODE",
                           "DATABASE_URL",
                           "SHARD_DATABASE_URL",
                           "CURL_HOME",
                           "WGETRC",
                           "COMPlus_Profiler",
                           "AWS_ENDPOINT_URL",
                           "GIT_SSH",
                           "RSYNC_RSH",
                           "CVS_RSH"}) {
    EXPECT_NE(WhyReserved(name), "") << name;
  }
}

TEST(ReservedVariables, LeaveWhatOnlyTheAppReads) {
  for (const char* name :
       {"VERBOSE", "RAILS_ENV", "LANG", "LC_ALL", "VERSION", "TZ", "PATHS", "HOMEPAGE",
        "ENVIRONMENT", "GOAL", "DEBUG", "STEP", "DRY_RUN", "PGAPPNAME", "RELEASE_NOTES", "PROXY"}) {
    EXPECT_EQ(WhyReserved(name), "") << name;
  }
}

// The page's row for a row of the table.
std::string PageRow(const ReservedVariables& row) {
  std::string names;
  for (const char c : row.names) names += c == ' ' ? "`, `" : std::string(1, c);
  return "| `" + names + "` | " + std::string(row.decides) + " |\n";
}

TEST(ReservedVariables, AreWhatThePageShows) {
  std::ifstream file(ONEOFF_SOURCE_DIR "/authz/FORMAT.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSERT_FALSE(page.empty());
  for (const ReservedVariables& row : AllReservedVariables()) {
    EXPECT_NE(page.find(PageRow(row)), std::string::npos) << PageRow(row);
  }
}

}  // namespace
}  // namespace config
