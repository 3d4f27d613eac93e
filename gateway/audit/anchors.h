// Anchors: checkpoints kept outside the log: in a syslog server's files, in mail, on paper.
//
// An anchor names the log's last record at some moment and the digest of its line. Its signature
// makes it valid, so write access to a syslog server is not enough to forge one.
//
// The file is an operator's and may hold anything. One checkpoint that cannot be used does not hide
// the others: each becomes a finding, 100 at most.
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
  std::string key;     // the key that signed it: PublicKey::text()
  Place place;
};

struct Anchors {
  std::vector<Anchor> anchors;
  std::vector<Finding> findings;  // one for each checkpoint that cannot be used
};

// Reads the lines of `file` that contain a checkpoint record, after any prefix such as syslog's.
// Skips other lines. A file without a checkpoint, or one that cannot be read, is a finding
// (kCannotTell).
// `file` is relative to the working directory. More than kMaxAnchors checkpoints are a finding, and
// the rest is not read.
Anchors ReadAnchors(const std::string& file);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_ANCHORS_H_
