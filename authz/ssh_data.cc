#include "authz/ssh_data.h"

namespace authz {

std::string_view DataReader::Bytes(std::size_t count) {
  if (!ok_ || count > rest_.size()) {
    ok_ = false;
    return {};
  }
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

std::uint8_t DataReader::Byte() {
  const std::string_view bytes = Bytes(1);
  return bytes.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes[0]);
}

std::uint32_t DataReader::Uint32() {
  std::uint32_t value = 0;
  for (const char byte : Bytes(4)) value = value << 8U | static_cast<std::uint8_t>(byte);
  return value;
}

std::uint64_t DataReader::Uint64() {
  const std::uint64_t high = Uint32();
  return high << 32U | Uint32();
}

std::string_view DataReader::String() { return Bytes(Uint32()); }

std::string_view DataReader::PositiveMpint() {
  std::string_view number = String();
  const auto high = [](char byte) { return (static_cast<std::uint8_t>(byte) & 0x80U) != 0; };
  // RFC 4251 5: a leading zero only where the next byte would make the number negative. So each
  // number has one encoding, and each key one blob.
  if (ok_ && number.size() > 1 && number[0] == '\0' && high(number[1])) {
    number.remove_prefix(1);
  } else if (number.empty() || number[0] == '\0' || high(number[0])) {
    ok_ = false;
  }
  return ok_ ? number : std::string_view();
}

DataWriter& DataWriter::Byte(std::uint8_t value) {
  bytes_ += static_cast<char>(value);
  return *this;
}

DataWriter& DataWriter::Uint32(std::uint32_t value) {
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    Byte(static_cast<std::uint8_t>(value >> (shift - 8) & 0xFFU));
  }
  return *this;
}

DataWriter& DataWriter::Uint64(std::uint64_t value) {
  return Uint32(static_cast<std::uint32_t>(value >> 32U))
      .Uint32(static_cast<std::uint32_t>(value & 0xFFFFFFFFU));
}

DataWriter& DataWriter::String(std::string_view bytes) {
  return Uint32(static_cast<std::uint32_t>(bytes.size())).Bytes(bytes);
}

DataWriter& DataWriter::Mpint(std::string_view magnitude) {
  const std::size_t first = magnitude.find_first_not_of('\0');
  magnitude.remove_prefix(first == std::string_view::npos ? magnitude.size() : first);
  const bool high = !magnitude.empty() && (static_cast<std::uint8_t>(magnitude[0]) & 0x80U) != 0;
  Uint32(static_cast<std::uint32_t>(magnitude.size() + (high ? 1 : 0)));
  if (high) Byte(0);
  return Bytes(magnitude);
}

DataWriter& DataWriter::Bytes(std::string_view bytes) {
  bytes_ += bytes;
  return *this;
}

}  // namespace authz
