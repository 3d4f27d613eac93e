#include "gateway/broker/spare_descriptors.h"

#include <fcntl.h>

namespace broker {

SpareDescriptors::SpareDescriptors(int original, std::size_t count)
    : original_(original), count_(count) {
  kept_.reserve(count);
  Refill();
}

void SpareDescriptors::Refill() {
  while (kept_.size() < count_) {
    base::UniqueFd copy(fcntl(original_, F_DUPFD_CLOEXEC, 3));
    if (!copy) return;
    kept_.push_back(std::move(copy));
  }
}

}  // namespace broker
