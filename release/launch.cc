#include "release/launch.h"

#include <fmt/format.h>
#include <unistd.h>

namespace release {
namespace {

constexpr Stdio kOwnStdio = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

// In the child, which shares this process's memory.
int ChildMain(void* exec) {
  static_cast<Exec*>(exec)->Become();
  return kNotFound;  // Start() reports why; it does not read this status
}

Outcome<base::Child> Start(const ProcessParts& parts, Exec& exec) {
  auto child = base::Child::Spawn(ChildMain, &exec);
  if (!child) {
    return Refuse(kLost, fmt::format("{}+{}: cannot start: {}", parts.app, parts.release,
                                     child.error().message()));
  }
  if (!exec.failed()) return std::move(*child);
  (void)child->Wait();
  return tl::unexpected(exec.Why());
}

}  // namespace

Outcome<base::Child> Launch(const ProcessSpec& spec, const Stdio& stdio, int devpts) {
  const ProcessParts& parts = spec.parts();
  // Fails closed: a private run without its walls, or walls that no rule asked for.
  if (parts.private_run != (devpts >= 0)) {
    return Refuse(kLost, fmt::format("{}+{}: cannot start: the run's walls are not those that it "
                                     "has to have",
                                     parts.app, parts.release));
  }
  Exec exec(parts, stdio, {.devpts = devpts});
  return Start(spec.parts(), exec);
}

Outcome<base::Child> LaunchInForeground(const LocalProcessSpec& spec) {
  Exec exec(spec.parts(), kOwnStdio, {.session = Exec::Options::Session::kCallers});
  return Start(spec.parts(), exec);
}

Refusal Become(const LocalProcessSpec& spec, int inherited) {
  Exec exec(spec.parts(), kOwnStdio,
            {.session = Exec::Options::Session::kCallers, .inherited = inherited});
  exec.Become();
  return exec.Why();
}

}  // namespace release
