#include "base/signal_fd.h"

#include <sys/signalfd.h>

namespace base {

sigset_t SignalSet(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

Result<UniqueFd> OpenSignalFd(const sigset_t& signals) {
  const int fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) return FailSystem("signalfd");
  return UniqueFd(fd);
}

}  // namespace base
