#include "gateway/front/crashes.h"

#include <algorithm>

namespace front {
namespace {

// Bounds the memory when sessions crash faster than the gateway may execute itself.
constexpr std::size_t kMostKept = 1'000;

}  // namespace

std::optional<std::chrono::milliseconds> Crashes::Add(std::string source, base::MonotonicTime now) {
  // None is left out while an execution is due: the record tells of all of them.
  while (!due_ && !crashes_.empty() && crashes_.front().first + kWithin <= now) {
    crashes_.pop_front();
  }
  crashes_.emplace_back(now, std::move(source));
  if (crashes_.size() > kMostKept) crashes_.pop_front();
  if (due_ || crashes_.size() < kMost) return std::nullopt;
  due_ = true;
  // Executions are paced, so that a client which crashes sessions cannot keep the gateway busy with
  // them.
  if (!last_ || *last_ + kApart <= now) return std::chrono::milliseconds::zero();
  return *last_ + kApart - now;
}

void Crashes::Forget(base::MonotonicTime now) {
  crashes_.clear();
  last_ = now;
  due_ = false;
}

std::vector<std::string> Crashes::Sources() const {
  std::vector<std::string> sources;
  for (auto crash = crashes_.rbegin(); crash != crashes_.rend(); ++crash) {
    if (sources.size() == kMaxSources) break;
    if (std::find(sources.begin(), sources.end(), crash->second) == sources.end()) {
      sources.push_back(crash->second);
    }
  }
  return {sources.rbegin(), sources.rend()};
}

}  // namespace front
