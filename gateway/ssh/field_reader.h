// FieldReader: takes the fields of an SSH packet one by one (RFC 4251 5). The bytes are a
// stranger's.
#ifndef ONEOFF_GATEWAY_SSH_FIELD_READER_H_
#define ONEOFF_GATEWAY_SSH_FIELD_READER_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace ssh {

class FieldReader {
 public:
  // `bytes` outlives the reader and what it returns.
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  // Each is nullopt if the packet ends before the field does; then every further one is, too.
  std::optional<std::uint8_t> Byte();
  std::optional<bool> Boolean();  // any byte but 0 is true
  std::optional<std::uint32_t> Uint32();
  std::optional<std::string_view> String();

  bool at_end() const { return rest_.empty(); }

 private:
  std::optional<std::string_view> Take(std::size_t size);

  std::string_view rest_;
  bool cut_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_FIELD_READER_H_
