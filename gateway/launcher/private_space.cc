#include "gateway/launcher/private_space.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/packet.h"
#include "base/text.h"
#include "gateway/role/birth.h"

namespace launcher {
namespace {

constexpr int kLookAgainMs = 50;
constexpr std::size_t kMaxTable = 1UL << 20U;  // bytes

bool Set(int context, const char* key, const std::string& value) {
  return fsconfig(context, FSCONFIG_SET_STRING, key, value.c_str(), 0) == 0;
}

// "620" of "rw,gid=5,mode=620,ptmxmode=000"; empty if the option is not there.
std::string OptionOf(std::string_view options, std::string_view name) {
  for (const std::string_view option : base::Split(options, ',')) {
    const bool is = option.starts_with(name) && option.substr(name.size()).starts_with('=');
    if (is) return std::string(option.substr(name.size() + 1));
  }
  return {};
}

// proc(5)'s options of the devpts that is this process's /dev/pts; empty if there is none.
std::string OptionsOfDevpts() {
  const auto table = base::ReadFile(AT_FDCWD, "/proc/self/mountinfo", kMaxTable);
  std::string options;
  if (!table) return options;
  for (const std::string_view line : base::Split(*table, '\n')) {
    const std::size_t type = line.find(" - devpts ");
    if (type == std::string_view::npos || line.find(" /dev/pts ") > type) continue;
    options = line.substr(line.rfind(' ') + 1);  // the last one is on top
  }
  return options;
}

// Its terminals have the group and the mode that the host's have. Every process may open its ptmx,
// to which /dev/ptmx may be a link.
base::Result<base::UniqueFd> MakeDevpts() {
  // Each devpts mount is an instance of its own. It stays unattached until the command's mount
  // namespace exists; only descriptors reach it.
  const base::UniqueFd context(fsopen("devpts", FSOPEN_CLOEXEC));
  if (!context) return base::FailSystem("make a devpts");
  const std::string host = OptionsOfDevpts();
  bool set = Set(context.get(), "ptmxmode", "666");
  for (const char* const name : {"gid", "mode"}) {
    const std::string value = OptionOf(host, name);
    set = set && (value.empty() || Set(context.get(), name, value));
  }
  set = set && fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
  if (!set) return base::FailSystem("make a devpts");
  base::UniqueFd devpts(
      fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
  if (!devpts) return base::FailSystem("make a devpts");
  return devpts;
}

// The command is the supervisor's child, not this process's: so it has neither pid 1, for which
// signals have no default, nor a status that would have to be passed on. What it leaves behind
// becomes this process's, and is reaped by the kernel (wait(2), ECHILD).
int ServeAsInit(int hold) {
  if (std::signal(SIGCHLD, SIG_IGN) == SIG_ERR) return role::kNotConfined;
  char byte = 0;
  if (write(hold, &byte, 1) != 1) return role::kNotConfined;
  while (read(hold, &byte, 1) > 0 || errno == EINTR) errno = 0;
  for (;;) {
    while (wait(nullptr) > 0 || errno == EINTR) {
    }
    // If the supervisor was lost, the command may live, and is not this process's child.
    if (kill(-1, 0) != 0 && errno == ESRCH) return 0;
    poll(nullptr, 0, kLookAgainMs);
  }
}

}  // namespace

base::Result<PrivateSpace> PrivateSpace::Make(const std::optional<base::Identity>& user, int lines,
                                              const base::Log& log) {
  PrivateSpace space;
  auto devpts = MakeDevpts();
  if (!devpts) return base::Fail(std::move(devpts.error()));
  space.devpts = std::move(*devpts);
  auto hold = base::MakeSocketPair(SOCK_STREAM);
  if (!hold) return base::Fail(std::move(hold.error()));
  base::RefuseDescriptors(hold->first.get());
  space.hold = std::move(hold->first);
  // This process stays in its namespace; its children from here on are in the new one, init first
  // (pid_namespaces(7)).
  if (unshare(CLONE_NEWPID) != 0) return base::FailSystem("make a pid namespace");
  const int held = hold->second.get();
  auto init = role::ForkAs(role::kInit, {.keep = {held}, .user = user, .log = lines}, log,
                           [held](const base::Log& /*log*/) { return ServeAsInit(held); });
  if (!init) return base::Fail(std::move(init.error()));
  space.init = std::move(*init);
  hold->second.Reset();
  char byte = 0;
  // Init is confined and ready now. If it ended instead, no process could be forked in the
  // namespace any more (pid_namespaces(7)).
  if (read(space.hold.get(), &byte, 1) != 1) {
    return base::Fail(base::Code::kUnavailable, "the pid namespace's first process did not start");
  }
  return space;
}

}  // namespace launcher
