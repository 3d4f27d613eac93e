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
     "MALLOC_* ASAN_* LSAN_* UBSAN_* TSAN_* MSAN_* GCOV_* LLVM_PROFILE_FILE CPUPROFILE "
     "HEAPPROFILE VALGRIND_* PERF_EXEC_PATH GTK_* QT_* GI_TYPELIB_PATH GDK_PIXBUF_* GIO_* GST_* "
     "FREI0R_PATH FFREPORT VIPSHOME MAGICK_* GS_* GDAL_* HDF5_PLUGIN_PATH OCL_ICD_* VK_* LIBGL_* "
     "LIBVA_* ALSA_* LADSPA_PATH FONTCONFIG_* NSS_WRAPPER_* P11_KIT_* SOFTHSM2_CONF"},
    {"which host a name stands for", "HOSTALIASES RES_OPTIONS LOCALDOMAIN RESOLV_HOST_CONF"},
    {"how a terminal's keys and output are interpreted",
     "TERMINFO TERMINFO_DIRS TERMCAP TERMPATH INPUTRC"},
    {"a program that another program starts, or what an editor or pager runs at its start",
     "*PAGER *EDITOR VISUAL BROWSER FCEDIT ESHELL *_ASKPASS *_RSH *_PASSWORD_COMMAND BORG_* "
     "RESTIC_* RCLONE_* LESS* MORE VIM* GVIMINIT EXINIT NEXINIT NVIM_* EMACS* MANOPT MANROFFOPT "
     "GROFF_* TMUX* SCREEN* FZF_* RIPGREP_CONFIG_PATH BAT_* ACKRC ACK_* AWKPATH AWKLIBPATH "
     "BC_ENV_ARGS INFO_PRINT_COMMAND MAILRC MAILCAPS SENDMAIL LYNX_* ELINKS_* MC_DATADIR "
     "KAKOUNE_* ZELLIJ_* RLWRAP_* EDITRC HISTFILE PARALLEL_* PROCFILE P4* BRZ_* GIT_* SVN_* HG* "
     "CVS* RSYNC_* TAR_OPTIONS TAPE ZIPOPT UNZIP GZIP BZIP BZIP2 XZ_* ZSTD_*"},
    {"Ruby: its options, its libraries, its task runners",
     "RUBY* JRUBY* TRUFFLERUBYOPT GEM_* BUNDLE_* BUNDLER_* RAKEOPT IRBRC IRB_* PRYRC PRY_* "
     "BOOTSNAP_* SPRING_* THOR_* RBENV_* RVM_* rvm_* SPEC SPEC_OPTS RSPEC_* RUBOCOP_OPTS TEST "
     "TESTOPTS CUCUMBER_* SCHEMA LOCATION"},
    {"Python: its options, its modules, the settings module",
     "PYTHON* IPYTHON* JUPYTER_* PIP_* PIPENV_* UV_* POETRY_* PDM_* CONDA_* VIRTUAL_ENV PYENV_* "
     "DJANGO_* FLASK_* CELERY_* GUNICORN_* UVICORN_* ALEMBIC_CONFIG PYTEST_* COVERAGE_* "
     "MPLBACKEND MATPLOTLIBRC INVOKE_* SCRAPY_* AIRFLOW_* NUMBA_* MYPY*"},
    {"Perl: its options and its modules", "PERL* MOJO_* PLACK_* DBI_* DBIC_* HARNESS_* CATALYST_*"},
    {"PHP: its configuration and its packages",
     "PHPRC PHP_* COMPOSER_* SYMFONY_* APP_*_CACHE APP_RUNTIME APP_RUNTIME_* XDEBUG_* WP_CLI_* "
     "DRUSH_* BEHAT_*"},
    {"Node: its options, its packages, its configuration",
     "NODE_* NPM_* npm_* YARN_* PNPM_* COREPACK_* NVM_* NODENV_* VOLTA_* DENO_* BUN_* FNM_* "
     "TS_NODE_* DOTENV_* ESBUILD_* PRISMA_* NAPI_RS_* PUPPETEER_* PLAYWRIGHT_* CHROME_PATH "
     "SASS_BINARY_* PM2_*"},
    {"Java and its build tools: agents, options, classes",
     "CLASSPATH JAVA_* _JAVA_* JDK_* JVM_* MAVEN_* M2_HOME GRADLE_* ANT_* SBT_* KOTLIN_* SCALA_* "
     "LEIN_* CLJ_* CATALINA_* JRE_HOME IBM_JAVA_* OPENJ9_JAVA_* LOG4J_* KAFKA_OPTS HADOOP_* "
     "SPARK_*"},
    {"Erlang and Elixir: flags, code paths, the node that is reached",
     "ERL_* ELIXIR_* MIX_* HEX_* IEX_* REBAR_* RELEASE_COOKIE RELEASE_NODE RELEASE_MODE "
     "RELEASE_ROOT RELEASE_TMP RELEASE_DISTRIBUTION RELEASE_VM_ARGS RELEASE_SYS_CONFIG "
     "RELEASE_BOOT_SCRIPT"},
    {"Go, Rust and C: flags, tool chains, search paths",
     "GOFLAGS GOPATH GOROOT GOENV GOPROXY GOSUMDB GOTOOLCHAIN GOCACHE GOCACHEPROG GOMODCACHE "
     "GODEBUG GOAUTH GOWORK GOBIN GOINSECURE GOVCS CGO_* CARGO_* RUST* CC CXX CPP CFLAGS "
     "CPPFLAGS CXXFLAGS LDFLAGS LIBRARY_PATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH "
     "COMPILER_PATH GCC_* COLLECT_GCC* DEPENDENCIES_OUTPUT AR LD YACC LEX M4 M4PATH LIBTOOL "
     "PKG_CONFIG* CCACHE_* CMAKE_* CONFIG_SITE"},
    {"R, Lua, Tcl, Julia and other interpreters: start files and search paths",
     "R_* LUA_* TCL* JULIA_* OCAML* GUILE_* GHC_* SBCL_* DOTNET_* CORECLR_* COMPlus_* "
     "PSModulePath"},
    {"make and task runners: further flags and files",
     "MAKE MAKEFLAGS MAKEFILES MFLAGS GNUMAKEFLAGS JUST_* SCONSFLAGS"},
    {"which interpreter a version manager picks", "ASDF_* MISE_* RTX_* DIRENV_* NIX_* GUIX_*"},
    {"which database is reached, under which name, and what its client runs at its start",
     "DATABASE_URL *_DATABASE_URL REDIS_URL REDISCLI_* PGHOST PGHOSTADDR PGPORT PGSERVICE "
     "PGSERVICEFILE PGSYSCONFDIR PGPASSFILE PGOPTIONS PGDATABASE PGUSER PGSSL* PGGSSLIB "
     "PGKRBSRVNAME PGREQUIREAUTH PGLOCALEDIR PSQLRC PSQL_* MYSQL_* MARIADB_* LIBMYSQL_* ODBC* "
     "FREETDS* TNS_ADMIN ORACLE_* SQLPATH SQLITE_* SQLCMD* MONGO*"},
    {"which server data goes to, through which proxy, and which one is trusted",
     "*_proxy *_PROXY CURL_* WGETRC SYSTEM_WGETRC HTTPIE_* SSL_CERT_* SSLKEYLOGFILE OPENSSL_* "
     "GNUTLS_* KRB5* SASL_* LDAP* GNUPGHOME SOPS_* REQUESTS_CA_BUNDLE AWS_* AZURE_* GOOGLE_* "
     "CLOUDSDK_* BOTO_CONFIG DOCKER_* COMPOSE_* CONTAINER_* CONTAINERS_* REGISTRY_AUTH_FILE "
     "KUBECONFIG KUBE_* KUBECTL_* HELM_* VAULT_* CONSUL_* NOMAD_* TF_* ANSIBLE_*"},
    {"sockets and credentials of the service manager, the desktop's sockets",
     "CREDENTIALS_DIRECTORY NOTIFY_SOCKET LISTEN_* WATCHDOG_* INVOCATION_ID JOURNAL_STREAM "
     "DBUS_* DISPLAY XAUTHORITY WAYLAND_DISPLAY"},
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

bool MayBeAcceptedByValue(std::string_view name) { return name == "EDITOR" || name == "VISUAL"; }

}  // namespace config
