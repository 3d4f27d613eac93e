// SpareDescriptors: descriptors held in reserve, so that a process at its limit (RLIMIT_NOFILE) can
// still receive a request and answer it.
#ifndef ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_
#define ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_

#include <cstddef>
#include <vector>

#include "base/unique_fd.h"

namespace broker {

class SpareDescriptors {
 public:
  // Holds `count` copies of `original`. The caller owns `original`, which outlives this.
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
