// Signals as readable bytes: no handler interrupts the code (signalfd(2)).
#ifndef ONEOFF_BASE_SIGNAL_FD_H_
#define ONEOFF_BASE_SIGNAL_FD_H_

#include <signal.h>

#include <initializer_list>

#include "base/result.h"
#include "base/unique_fd.h"

namespace base {

sigset_t SignalSet(std::initializer_list<int> numbers);

// A descriptor that is readable while one of `signals` is pending for the process; each read gives
// a signalfd_siginfo. Non-blocking and CLOEXEC. Blocks no signal itself: the caller must have
// blocked `signals`, because a signal that is not blocked is delivered instead.
// kUnavailable if this process or the host has no descriptor or memory left.
Result<UniqueFd> OpenSignalFd(const sigset_t& signals);

}  // namespace base

#endif  // ONEOFF_BASE_SIGNAL_FD_H_
