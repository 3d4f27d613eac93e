#include "tests/fuzz/virtual_time.h"

#include "tests/fuzz/input.h"

// The names are what the linker's --wrap makes.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" int __real_poll(pollfd* fds, nfds_t count, int timeout);

namespace fuzz {
namespace {

VirtualTime* installed = nullptr;

}  // namespace

VirtualTime::VirtualTime(std::function<bool()> other_side) : other_side_(std::move(other_side)) {
  installed = this;
}
VirtualTime::~VirtualTime() { installed = nullptr; }

int VirtualTime::Poll(pollfd* fds, nfds_t count, int timeout) {
  for (;;) {
    int ready = __real_poll(fds, count, 0);
    if (ready != 0 || timeout == 0 || in_turn_) return ready;
    in_turn_ = true;
    const bool did = other_side_();
    in_turn_ = false;
    if (did) continue;
    ready = __real_poll(fds, count, 0);
    if (ready != 0) return ready;
    Require(timeout > 0);  // nothing could ever end this wait
    Pass(std::chrono::milliseconds(timeout));
    return 0;
  }
}

}  // namespace fuzz

extern "C" int __wrap_poll(pollfd* fds, nfds_t count, int timeout) {
  if (fuzz::installed == nullptr) return __real_poll(fds, count, timeout);
  return fuzz::installed->Poll(fds, count, timeout);
}
// NOLINTEND(bugprone-reserved-identifier)
