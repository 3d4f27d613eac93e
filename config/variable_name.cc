#include "config/variable_name.h"

#include <algorithm>
#include <array>

namespace config {
namespace {

// Whole names. What decides where code is found or which code runs first, and who one is.
constexpr auto kNames = std::to_array<std::string_view>({"PATH",
                                                         "HOME",
                                                         "USER",
                                                         "LOGNAME",
                                                         "SHELL",
                                                         "MAIL",
                                                         "PWD",
                                                         "OLDPWD",
                                                         "IFS",
                                                         "ENV",
                                                         "PS4",
                                                         "PROMPT_COMMAND",
                                                         "CDPATH",
                                                         "GLOBIGNORE",
                                                         "SHELLOPTS",
                                                         "BASHOPTS",
                                                         "FPATH",
                                                         "ZDOTDIR",
                                                         "TERMINFO",
                                                         "TERMINFO_DIRS",
                                                         "TERMCAP",
                                                         "TERMPATH",
                                                         "VISUAL",
                                                         "BROWSER",
                                                         "LESSOPEN",
                                                         "LESSCLOSE",
                                                         "TMPDIR",
                                                         "TMP",
                                                         "TEMP",
                                                         "GCONV_PATH",
                                                         "LOCPATH",
                                                         "NLSPATH",
                                                         "GLIBC_TUNABLES",
                                                         "HOSTALIASES",
                                                         "RES_OPTIONS",
                                                         "LOCALDOMAIN",
                                                         "RESOLV_HOST_CONF",
                                                         "VIRTUAL_ENV",
                                                         "PHPRC",
                                                         "PHP_INI_SCAN_DIR",
                                                         "CLASSPATH",
                                                         "JAVA_HOME",
                                                         "MAKEFLAGS",
                                                         "MAKEFILES",
                                                         "RAKEOPT",
                                                         "IRBRC",
                                                         "PRYRC",
                                                         "PSQLRC",
                                                         "PGSERVICEFILE",
                                                         "PGSYSCONFDIR",
                                                         "PGPASSFILE",
                                                         "INPUTRC",
                                                         "SSLKEYLOGFILE",
                                                         "LOCALE_ARCHIVE",
                                                         "CREDENTIALS_DIRECTORY",
                                                         "NOTIFY_SOCKET",
                                                         "DOTENV_CONFIG_PATH",
                                                         "TAR_OPTIONS",
                                                         "TAPE",
                                                         "RSYNC_RSH",
                                                         "SUDO_ASKPASS",
                                                         "_"});

constexpr auto kBeginnings = std::to_array<std::string_view>(
    {"LD_",       "DYLD_",   "BASH_",    "RUBY",      "PYTHON",  "PERL",   "NODE_",   "NPM_",
     "npm_",      "YARN_",   "BUNDLE_",  "BUNDLER_",  "GEM_",    "GIT_",   "ONEOFF_", "SSH_",
     "COMPOSER_", "PIP_",    "UV_",      "POETRY_",   "CONDA_",  "JAVA_",  "_JAVA_",  "JDK_",
     "MALLOC_",   "XDG_",    "OPENSSL_", "SSL_CERT_", "LISTEN_", "MYSQL_", "LUA_",    "GCOV_",
     "ASAN_",     "LSAN_",   "UBSAN_",   "RBENV_",    "RVM_",    "ASDF_",  "MISE_",   "PYENV_",
     "NVM_",      "NODENV_", "DENO_",    "BUN_"});

constexpr auto kEnds = std::to_array<std::string_view>({"PAGER", "EDITOR", "_ASKPASS"});

}  // namespace

bool IsVariableName(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 256 && letter(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

bool NeverFromClient(std::string_view name) {
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() ||
         std::any_of(
             kBeginnings.begin(), kBeginnings.end(),
             [name](std::string_view begin) { return name.substr(0, begin.size()) == begin; }) ||
         std::any_of(kEnds.begin(), kEnds.end(), [name](std::string_view end) {
           return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
         });
}

}  // namespace config
