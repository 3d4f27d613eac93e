// Anchors: checkpoints that were kept elsewhere than the log: in a syslog server's files, in mail,
// on paper.
//
// An anchor says which record was the log's last at some moment, and what its line's digest was. It
// counts because of its signature: whoever can write to a syslog server is not thereby believed.
#ifndef ONEOFF_GATEWAY_AUDIT_ANCHORS_H_
#define ONEOFF_GATEWAY_AUDIT_ANCHORS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/audit/finding.h"

namespace audit {

inline constexpr std::size_t kMaxAnchors = 1'000'000;

struct Anchor {
  std::uint64_t seq = 0;
  std::string digest;  // of that record's line
  std::string key;     // that has signed it: PublicKey::text()
  Place place;
};

struct Anchors {
  std::vector<Anchor> anchors;
  std::vector<Finding> findings;  // checkpoints that cannot be used
};

// From the lines of `file` that hold a record of a checkpoint, whatever stands in front of it, such
// as what syslog puts there; all other lines are passed over. A file without one is a finding
// (kCannotTell), as is one that cannot be read.
Anchors ReadAnchors(const std::string& file);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_ANCHORS_H_
