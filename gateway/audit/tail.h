// Tail: where a log ends, and what a cut write has left behind its last record.
#ifndef ONEOFF_GATEWAY_AUDIT_TAIL_H_
#define ONEOFF_GATEWAY_AUDIT_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/audit/event.h"

namespace audit {

// More than this without a record is no cut write: somebody must look at it.
inline constexpr std::size_t kMaxTorn = 64U << 20;  // bytes

struct Tail {
  std::uint64_t seq = 0;  // of the last record; 0: there is none
  std::string digest;     // of its line; FirstPrev() if there is none
  std::string newest;     // the newest file's name; empty: there is none
  // The public key that the newest of the last records names that are signatures; empty: none of
  // them is one.
  std::string key;
  // The lines behind the last record; its `cause` is left to the caller. `bytes` 0: there are none.
  Recovered torn;
  std::vector<std::string> unclosed;  // the files that lack their last newline
};

// Reads the log in `directory` backwards. kTooLarge above kMaxTorn.
base::Result<Tail> FindTail(int directory);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_TAIL_H_
