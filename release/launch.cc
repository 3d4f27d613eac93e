#include "release/launch.h"

#include <fmt/format.h>
#include <unistd.h>

namespace release {
namespace {

constexpr Stdio kOwnStdio = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};

// In the child, which shares this process's memory.
int ChildMain(void* takeover) {
  static_cast<Exec*>(takeover)->Become();
  return kNotFound;  // Start() reports why; it does not read this status
}

Outcome<base::Child> Start(const ProcessParts& parts, Exec& takeover) {
  auto child = base::Child::Spawn(ChildMain, &takeover);
  if (!child) {
    return Refuse(kLost, fmt::format("{}+{}: cannot start: {}", parts.app, parts.release,
                                     child.error().message()));
  }
  if (!takeover.failed()) return std::move(*child);
  (void)child->Wait();
  return tl::unexpected(takeover.Why());
}

}  // namespace

Outcome<base::Child> Launch(const ProcessSpec& spec, const Stdio& stdio) {
  Exec takeover(spec.parts(), stdio, {});
  return Start(spec.parts(), takeover);
}

Outcome<base::Child> LaunchInForeground(const LocalProcessSpec& spec) {
  Exec takeover(spec.parts(), kOwnStdio, {.session = Exec::Options::Session::kCallers});
  return Start(spec.parts(), takeover);
}

Refusal Become(const LocalProcessSpec& spec, int inherited) {
  Exec takeover(spec.parts(), kOwnStdio,
                {.session = Exec::Options::Session::kCallers, .inherited = inherited});
  takeover.Become();
  return takeover.Why();
}

}  // namespace release
