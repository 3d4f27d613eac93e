#include "config/reserved_variables.h"

#include <algorithm>
#include <array>

#include "config/pattern.h"

namespace config {
namespace {

constexpr auto kReserved = std::to_array<ReservedVariables>({
    {"who a process is, and where its own files are",
     "HOME USER LOGNAME SHELL MAIL PWD OLDPWD _ TMPDIR TMP TEMP XDG_* SSH_* SUDO_* ONEOFF_*"},
    {"what a shell runs or splits before the command",
     "ENV IFS PS0 PS1 PS4 PROMPT_COMMAND CDPATH GLOBIGNORE SHELLOPTS BASHOPTS BASH_* FPATH "
     "ZDOTDIR"},
    {"where programs and libraries are found, and what is loaded into them",
     "PATH LD_* DYLD_* GCONV_PATH GETCONF_DIR LOCPATH NLSPATH LOCALE_ARCHIVE GLIBC_TUNABLES "
     "MALLOC_* ASAN_* LSAN_* UBSAN_* TSAN_* MSAN_* GCOV_* LLVM_PROFILE_FILE GTK_* QT_*"},
    {"which host a name stands for", "HOSTALIASES RES_OPTIONS LOCALDOMAIN RESOLV_HOST_CONF"},
    {"how a terminal's keys and output are interpreted",
     "TERMINFO TERMINFO_DIRS TERMCAP TERMPATH INPUTRC"},
    {"a program that another program starts, or what an editor or pager runs at its start",
     "*PAGER *EDITOR VISUAL BROWSER *_ASKPASS *_RSH LESS* MORE VIM* GVIMINIT EXINIT NEXINIT NVIM_* "
     "EMACS* MANOPT MANROFFOPT GROFF_* TMUX* SCREEN* FZF_* RIPGREP_CONFIG_PATH GIT_* SVN_* HG* "
     "CVS* RSYNC_* TAR_OPTIONS TAPE ZIPOPT UNZIP GZIP BZIP BZIP2 XZ_* ZSTD_*"},
    {"Ruby: its options, its libraries, its task runners",
     "RUBY* JRUBY* TRUFFLERUBYOPT GEM_* BUNDLE_* BUNDLER_* RAKEOPT IRBRC IRB_* PRYRC PRY_* "
     "BOOTSNAP_* SPRING_* THOR_* RBENV_* RVM_* rvm_*"},
    {"Python: its options, its modules, the settings module",
     "PYTHON* IPYTHON* JUPYTER_* PIP_* PIPENV_* UV_* POETRY_* PDM_* CONDA_* VIRTUAL_ENV PYENV_* "
     "DJANGO_* FLASK_* CELERY_* GUNICORN_* UVICORN_* ALEMBIC_CONFIG"},
    {"Perl: its options and its modules", "PERL*"},
    {"PHP: its configuration and its packages", "PHPRC PHP_* COMPOSER_* SYMFONY_*"},
    {"Node: its options, its packages, its configuration",
     "NODE_* NPM_* npm_* YARN_* PNPM_* COREPACK_* NVM_* NODENV_* VOLTA_* DENO_* BUN_* TS_NODE_* "
     "DOTENV_*"},
    {"Java and its build tools: agents, options, classes",
     "CLASSPATH JAVA_* _JAVA_* JDK_* JVM_* MAVEN_* M2_HOME GRADLE_* ANT_* SBT_* KOTLIN_* SCALA_* "
     "LEIN_* CATALINA_*"},
    {"Erlang and Elixir: flags, code paths, the node that is reached",
     "ERL_* ELIXIR_* MIX_* HEX_* IEX_* REBAR_* RELEASE_COOKIE RELEASE_NODE RELEASE_MODE "
     "RELEASE_ROOT RELEASE_TMP RELEASE_DISTRIBUTION RELEASE_VM_ARGS RELEASE_SYS_CONFIG "
     "RELEASE_BOOT_SCRIPT"},
    {"Go, Rust and C: flags, tool chains, search paths",
     "GOFLAGS GOPATH GOROOT GOENV GOPROXY GOSUMDB GOTOOLCHAIN GOCACHE GOMODCACHE GODEBUG CGO_* "
     "CARGO_* RUST* CC CXX CPP CFLAGS CPPFLAGS CXXFLAGS LDFLAGS LIBRARY_PATH CPATH C_INCLUDE_PATH "
     "CPLUS_INCLUDE_PATH COMPILER_PATH GCC_*"},
    {"R, Lua, Tcl, Julia and other interpreters: start files and search paths",
     "R_* LUA_* TCL* JULIA_* OCAML* GUILE_* GHC_* SBCL_* DOTNET_* CORECLR_* COMPlus_*"},
    {"make and task runners: further flags and files",
     "MAKE MAKEFLAGS MAKEFILES MFLAGS GNUMAKEFLAGS JUST_*"},
    {"which interpreter a version manager picks", "ASDF_* MISE_* RTX_* DIRENV_* NIX_* GUIX_*"},
    {"which database is reached, as whom, and what its client runs at its start",
     "DATABASE_URL *_DATABASE_URL REDIS_URL REDISCLI_* PGHOST PGHOSTADDR PGPORT PGSERVICE "
     "PGSERVICEFILE PGSYSCONFDIR PGPASSFILE PGOPTIONS PGSSL* PSQLRC PSQL_* MYSQL_* MARIADB_* "
     "SQLITE_* SQLCMD* MONGO*"},
    {"which server data goes to, through which proxy, and which one is trusted",
     "*_proxy *_PROXY CURL_* WGETRC SSL_CERT_* SSLKEYLOGFILE OPENSSL_* REQUESTS_CA_BUNDLE AWS_* "
     "AZURE_* GOOGLE_* CLOUDSDK_* BOTO_CONFIG DOCKER_* CONTAINER_* KUBECONFIG KUBE_* HELM_* "
     "VAULT_* CONSUL_* NOMAD_* TF_* ANSIBLE_*"},
    {"sockets and credentials of the service manager, the desktop's sockets",
     "CREDENTIALS_DIRECTORY NOTIFY_SOCKET LISTEN_* WATCHDOG_* INVOCATION_ID JOURNAL_STREAM DBUS_* "
     "DISPLAY XAUTHORITY WAYLAND_DISPLAY"},
});

// `names` are globs, separated by blanks.
bool IsAmong(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t blank = std::min(names.find(' '), names.size());
    if (MatchesGlob(names.substr(0, blank), name)) return true;
    names.remove_prefix(std::min(blank + 1, names.size()));
  }
  return false;
}

}  // namespace

std::span<const ReservedVariables> AllReservedVariables() { return kReserved; }

std::string_view WhyReserved(std::string_view name) {
  const auto row = std::find_if(
      kReserved.begin(), kReserved.end(),
      [name](const ReservedVariables& reserved) { return IsAmong(reserved.names, name); });
  return row == kReserved.end() ? std::string_view() : row->decides;
}

}  // namespace config
