// FieldReader: reads the fields of an SSH packet one by one (RFC 4251 5). The bytes come from an
// untrusted peer, so it checks each length.
#ifndef ONEOFF_GATEWAY_SSH_FIELD_READER_H_
#define ONEOFF_GATEWAY_SSH_FIELD_READER_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace ssh {

class FieldReader {
 public:
  // `bytes` outlives the reader and the views that it returns.
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  // Each returns nullopt if the packet ends before the field does. From then on every call returns
  // nullopt.
  std::optional<std::uint8_t> Byte();
  std::optional<bool> Boolean();  // every non-zero byte is true
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
