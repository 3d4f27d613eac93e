// The data types of SSH (RFC 4251 5): a reader that checks each length, and a writer.
#ifndef ONEOFF_AUTHZ_SSH_DATA_H_
#define ONEOFF_AUTHZ_SSH_DATA_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace authz {

// Reads from the front of bytes that it borrows. After the first read that fails, ok() stays false
// and each read returns an empty value.
class DataReader {
 public:
  explicit DataReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t Byte();
  std::uint32_t Uint32();
  std::uint64_t Uint64();
  std::string_view String();
  // A positive mpint, without its leading zero byte. Zero, negative numbers and unnecessary zero
  // bytes are errors.
  std::string_view PositiveMpint();
  // The next `count` bytes.
  std::string_view Bytes(std::size_t count);

  bool ok() const { return ok_; }
  // Whether all bytes were read without an error.
  bool Finished() const { return ok_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

class DataWriter {
 public:
  DataWriter& Byte(std::uint8_t value);
  DataWriter& Uint32(std::uint32_t value);
  DataWriter& Uint64(std::uint64_t value);
  DataWriter& String(std::string_view bytes);
  // `magnitude` is big endian and unsigned.
  DataWriter& Mpint(std::string_view magnitude);
  DataWriter& Bytes(std::string_view bytes);

  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_SSH_DATA_H_
