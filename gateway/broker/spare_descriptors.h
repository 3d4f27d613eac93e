// SpareDescriptors: a few descriptors that are kept back, so that a request can be received, and
// answered, when the process has no other left.
#ifndef ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_
#define ONEOFF_GATEWAY_BROKER_SPARE_DESCRIPTORS_H_

#include <cstddef>
#include <vector>

#include "base/unique_fd.h"

namespace broker {

class SpareDescriptors {
 public:
  // `count` copies of `original`, which stays the caller's and outlives this.
  SpareDescriptors(int original, std::size_t count);

  // While one lives, the spare descriptors are there to be used. What was not given back by its end
  // is missing next time, until there are enough again.
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
