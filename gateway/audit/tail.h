// Tail: the end of a log, and what an interrupted write left after its last record.
//
// It reads from the end in windows of 1 MiB and more, not the whole log. It changes nothing: Log
// does what the result asks for.
#ifndef ONEOFF_GATEWAY_AUDIT_TAIL_H_
#define ONEOFF_GATEWAY_AUDIT_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/audit/event.h"

namespace audit {

// More bytes without a record are not from an interrupted write: an administrator must check them.
inline constexpr std::size_t kMaxTorn = 64U << 20;  // bytes
// Zeros at the end of a file do not count for that: a loss of power can leave many (ext4(5), on
// delayed allocation).
inline constexpr std::uint64_t kMaxZeros = 16ULL << 30;  // bytes

struct Tail {
  std::uint64_t seq = 0;  // of the last record; 0: none
  std::string digest;     // of its line; FirstPrev() if there is no record
  std::string newest;     // name of the newest file; empty: none
  // The public key of the newest signature among the last records; empty: none of them is a
  // signature.
  std::string key;
  // The lines after the last record; the caller sets `cause`. `bytes` 0: there are none.
  Recovered torn;
  std::vector<std::string> unclosed;  // files without a newline at the end
};

// Reads the log in `directory` backwards. kTooLarge above kMaxTorn or kMaxZeros.
// kUnavailable if a file shrinks meanwhile; kDenied for a log file that is no regular file.
base::Result<Tail> FindTail(int directory);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_TAIL_H_
