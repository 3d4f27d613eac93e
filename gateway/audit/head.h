// Head: where the log ends: the number and the digest of its last durable record, signed, in a file
// outside the log's folder. Records that are cut off the end of the log are missed by it.
//
// FORMAT.md, "The head".
#ifndef ONEOFF_GATEWAY_AUDIT_HEAD_H_
#define ONEOFF_GATEWAY_AUDIT_HEAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace audit {

inline constexpr const char* kHeadFile = "audit_head";

struct Head {
  std::uint64_t seq = 0;
  std::string digest;     // of that record's line
  std::string time;       // base::FormatUtc
  std::string key;        // PublicKey::text(); empty: it is not signed
  std::string signature;  // base64, of HeadText
};

// What a head's signature is of.
std::string HeadText(const Head& head);
// Whether it is signed by the key that it names.
bool IsSigned(const Head& head);

// The newest head that `path` holds. nullopt: there is no such file, or nothing was written to it.
// kInvalid: it holds none.
base::Result<std::optional<Head>> ReadHead(const std::string& path);
// The same of the open file `fd`; `path` is for messages.
base::Result<std::optional<Head>> ReadOpenHead(int fd, const std::string& path);

// The file as its one writer has it. It has two places; a head is written over the older one, so
// that a writer or a host that ends in the middle of that leaves the other. Nothing is synced:
// after a loss of power it may be older than the log, never newer.
class HeadFile {
 public:
  // Opens the file for reading and writing, and makes it if it is missing.
  static base::Result<base::UniqueFd> OpenFile(const std::string& path);
  // Takes its room on the disk. `path` is for messages.
  static base::Result<HeadFile> Open(base::UniqueFd fd, const std::string& path);
  base::Result<void> Write(const Head& head);
  int fd() const { return fd_.get(); }

 private:
  explicit HeadFile(base::UniqueFd fd) : fd_(std::move(fd)) {}
  base::UniqueFd fd_;
  unsigned next_ = 0;  // place
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_HEAD_H_
