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
                           "CVS_RSH",
                           "APP_CONFIG_CACHE",
                           "APP_RUNTIME",
                           "XDEBUG_CONFIG",
                           "XDEBUG_MODE",
                           "WP_CLI_PHP",
                           "DRUSH_PHP",
                           "BEHAT_PARAMS",
                           "PYTEST_ADDOPTS",
                           "PYTEST_PLUGINS",
                           "COVERAGE_PROCESS_START",
                           "MPLBACKEND",
                           "INVOKE_RUN_SHELL",
                           "SCRAPY_SETTINGS_MODULE",
                           "AIRFLOW_HOME",
                           "SPEC_OPTS",
                           "RUBOCOP_OPTS",
                           "SCHEMA",
                           "LOCATION",
                           "MOJO_REACTOR",
                           "PLACK_SERVER",
                           "DBI_AUTOPROXY",
                           "HARNESS_PERL_SWITCHES",
                           "ESBUILD_BINARY_PATH",
                           "PRISMA_QUERY_ENGINE_LIBRARY",
                           "NAPI_RS_NATIVE_LIBRARY_PATH",
                           "PUPPETEER_EXECUTABLE_PATH",
                           "CHROME_PATH",
                           "IBM_JAVA_OPTIONS",
                           "OPENJ9_JAVA_OPTIONS",
                           "LOG4J_CONFIGURATION_FILE",
                           "KAFKA_OPTS",
                           "HADOOP_OPTS",
                           "GOAUTH",
                           "GOCACHEPROG",
                           "GOWORK",
                           "PKG_CONFIG",
                           "PKG_CONFIG_PATH",
                           "AR",
                           "LD",
                           "YACC",
                           "CCACHE_PREFIX",
                           "CONFIG_SITE",
                           "MAGICK_CONFIGURE_PATH",
                           "GS_LIB",
                           "GDK_PIXBUF_MODULE_FILE",
                           "GIO_EXTRA_MODULES",
                           "GST_PLUGIN_PATH",
                           "FFREPORT",
                           "FREI0R_PATH",
                           "GDAL_DRIVER_PATH",
                           "HDF5_PLUGIN_PATH",
                           "OCL_ICD_FILENAMES",
                           "KRB5_CONFIG",
                           "KRB5CCNAME",
                           "SASL_PATH",
                           "GNUTLS_SYSTEM_PRIORITY_FILE",
                           "LDAPCONF",
                           "GNUPGHOME",
                           "LIBMYSQL_PLUGINS",
                           "ODBCINI",
                           "TNS_ADMIN",
                           "ORACLE_HOME",
                           "SQLPATH",
                           "PGDATABASE",
                           "PGUSER",
                           "PGGSSLIB",
                           "AWKPATH",
                           "AWKLIBPATH",
                           "MAILRC",
                           "MAILCAPS",
                           "BAT_CONFIG_PATH",
                           "ACKRC",
                           "INFO_PRINT_COMMAND",
                           "ESHELL",
                           "FCEDIT",
                           "EDITRC",
                           "RLWRAP_EDITOR",
                           "BC_ENV_ARGS",
                           "VALGRIND_OPTS",
                           "RCLONE_PASSWORD_COMMAND",
                           "RESTIC_PASSWORD_COMMAND",
                           "BORG_PASSCOMMAND",
                           "COMPOSE_FILE",
                           "CONTAINERS_CONF",
                           "KUBECTL_EXTERNAL_DIFF",
                           "PROCFILE",
                           "HISTFILE",
                           "PSModulePath",
                           "SYSTEM_WGETRC"}) {
    EXPECT_NE(WhyReserved(name), "") << name;
  }
}

TEST(ReservedVariables, LeaveWhatOnlyTheAppReads) {
  for (const char* name :
       {"VERBOSE",  "RAILS_ENV", "LANG",          "LC_ALL",     "VERSION", "TZ",
        "PATHS",    "HOMEPAGE",  "ENVIRONMENT",   "GOAL",       "DEBUG",   "STEP",
        "DRY_RUN",  "PGAPPNAME", "RELEASE_NOTES", "PROXY",      "TZDIR",   "LANGUAGE",
        "ICU_DATA", "APP_ENV",   "ACKNOWLEDGE",   "PGPASSWORD", "SPECIAL"}) {
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
