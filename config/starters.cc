#include "config/starters.h"

#include <string>

#include "config/program_name.h"

namespace config {
namespace {

// With a blank around each.
constexpr std::string_view kStarters =
    " -exec -execdir -ok asdf bundle bundler busybox carton catchsegv chpst chroot chronic chrt "
    "command cross-env dbus-run-session direnv dlx doas dotenv dotenvx env envdir exec fakeroot "
    "faketime firejail flock foreman gosu honcho ionice ld.so ltrace mise nice nohup npx nsenter "
    "numactl parallel pdm perf pipenv pkexec poetry prlimit proot pyenv rbenv rlwrap run runuser "
    "rvm script setarch setpriv setsid setuidgid softlimit spring stdbuf strace su su-exec sudo "
    "systemd-cat systemd-run taskset time timeout toybox unbuffer unshare uv uvx valgrind watch "
    "xargs xvfb-run ";

constexpr std::string_view kInterpreters =
    " sh bash dash zsh ksh mksh ash fish python pypy ipython ruby jruby perl php node nodejs deno "
    "bun lua luajit tclsh guile Rscript elixir escript java ";

bool Holds(std::string_view list, std::string_view word) {
  return !word.empty() && list.find(" " + std::string(word) + " ") != std::string_view::npos;
}

}  // namespace

bool IsInterpreter(std::string_view word) { return Holds(kInterpreters, ProgramName(word)); }

bool IsStarter(std::string_view word) {
  // The dynamic loader runs any program that is its argument (ld.so(8)).
  return Holds(kStarters, ProgramName(word)) || word.find("/ld-linux") != std::string_view::npos;
}

}  // namespace config
