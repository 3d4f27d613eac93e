// Head: the number and digest of the log's last durable record, signed, in a file outside the log's
// folder. It reveals records that were cut off the log's end.
//
// FORMAT.md, "The head".
//
// The writer replaces it after each durable batch; `oneoff audit verify` reads it before the log.
// Two slots of 512 bytes each hold one JSON object, filled with spaces.
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
  std::string key;        // PublicKey::text(); empty: not signed
  std::string signature;  // base64; of HeadText
};

// Returns the text of a head's signature.
std::string HeadText(const Head& head);
// Whether the key that the head names has signed it.
// False for a head without a key.
bool IsSigned(const Head& head);

// Returns the newest head in `path`. nullopt if the file is missing or nothing was written to it;
// kInvalid if it contains no head.
base::Result<std::optional<Head>> ReadHead(const std::string& path);
// The same for the open file `fd`; `path` is for messages.
base::Result<std::optional<Head>> ReadOpenHead(int fd, const std::string& path);

// The file as its one writer has it. It has two slots, and each head overwrites the older one, so
// an interrupted write leaves the other head. Not synced: after a power failure it may be older
// than the log, never newer.
class HeadFile {
 public:
  // Opens the file for reading and writing. Makes it if it is missing.
  static base::Result<base::UniqueFd> OpenFile(const std::string& path);
  // Reserves its room on the disk. `path` is for messages.
  static base::Result<HeadFile> Open(base::UniqueFd fd, const std::string& path);
  // One pwrite(2) of 512 bytes into the slot of the older head.
  base::Result<void> Write(const Head& head);
  int fd() const { return fd_.get(); }

 private:
  explicit HeadFile(base::UniqueFd fd) : fd_(std::move(fd)) {}
  base::UniqueFd fd_;
  unsigned next_ = 0;  // the slot for the next head
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_HEAD_H_
