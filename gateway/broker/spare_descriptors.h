// SpareDescriptors: descriptors held in reserve, so that a process at its limit (RLIMIT_NOFILE) can
// still receive a request and answer it.
//
// Without it, a packet that carries descriptors would lose them (MSG_CTRUNC, recvmsg(2)) when the
// process has no free number, and its sender would wait in vain. Usage:
//    const SpareDescriptors::Loan loan(spare);
//    auto received = wire::Receive<Message>(socket, base::Wait::kNo);
#ifndef ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_
#define ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_

#include <cstddef>
#include <vector>

#include "base/unique_fd.h"

namespace broker {

class SpareDescriptors {
 public:
  // Holds `count` copies of `original`. The caller owns `original`, which outlives this.
  // If the process is at its limit already, fewer are held.
  SpareDescriptors(int original, std::size_t count);

  // While a Loan lives, the spare descriptors are free for use. Its end takes them back.
  // Descriptors that are still in use then are missing until later loans find enough.
  class Loan {
   public:
    explicit Loan(SpareDescriptors& spare) : spare_(spare) { spare_.kept_.clear(); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() { spare_.Refill(); }

   private:
    SpareDescriptors& spare_;
  };

 private:
  void Refill();

  int original_;
  std::size_t count_;
  std::vector<base::UniqueFd> kept_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_
