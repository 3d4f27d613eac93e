#include "gateway/ssh/field_reader.h"

namespace ssh {

std::optional<std::string_view> FieldReader::Take(std::size_t size) {
  // One short field makes all later reads fail. Otherwise a later, shorter field could be read from
  // bytes that belong to the cut one.
  if (cut_ || rest_.size() < size) {
    cut_ = true;
    return std::nullopt;
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::optional<std::uint8_t> FieldReader::Byte() {
  const auto bytes = Take(1);
  if (!bytes) return std::nullopt;
  return static_cast<std::uint8_t>(bytes->front());
}

std::optional<bool> FieldReader::Boolean() {
  const auto byte = Byte();
  if (!byte) return std::nullopt;
  return *byte != 0;
}

std::optional<std::uint32_t> FieldReader::Uint32() {
  const auto bytes = Take(4);
  if (!bytes) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : *bytes) number = number << 8 | static_cast<std::uint8_t>(c);
  return number;
}

std::optional<std::string_view> FieldReader::String() {
  const auto size = Uint32();
  if (!size) return std::nullopt;
  return Take(*size);
}

}  // namespace ssh
