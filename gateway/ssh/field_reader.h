// FieldReader: reads the fields of an SSH packet one by one (RFC 4251 5). The bytes come from an
// untrusted peer, so it checks each length.
#ifndef ONEOFF_GATEWAY_SSH_FIELD_READER_H_
#define ONEOFF_GATEWAY_SSH_FIELD_READER_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace ssh {

// A cursor over bytes that it does not own; it copies nothing and allocates nothing. Example:
//    FieldReader reader(fields);
//    const auto name = reader.String();
//    const auto size = reader.Uint32();
//    if (!size || !reader.at_end()) return std::nullopt;  // malformed
// One check of the last field covers all fields before it, because a failure lasts.
class FieldReader {
 public:
  // `bytes` outlives the reader and the views that it returns.
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  // Each returns nullopt if the packet ends before the field does. From then on every call returns
  // nullopt.
  std::optional<std::uint8_t> Byte();
  std::optional<bool> Boolean();  // every non-zero byte is true
  // Big-endian (RFC 4251 5).
  std::optional<std::uint32_t> Uint32();
  // A length and that many bytes, which may contain NUL. A length beyond the packet is a cut field,
  // so memory never depends on what a peer claims.
  std::optional<std::string_view> String();

  // Stays false after a cut field that left bytes unread.
  bool at_end() const { return rest_.empty(); }

 private:
  std::optional<std::string_view> Take(std::size_t size);

  std::string_view rest_;
  bool cut_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_FIELD_READER_H_
