// The data types of SSH (RFC 4251 section 5), read with every length checked, and written.
#ifndef ONEOFF_AUTHZ_SSH_DATA_H_
#define ONEOFF_AUTHZ_SSH_DATA_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace authz {

// Reads from the front. After the first read that does not fit, ok() is false for good and every
// read gives nothing. Borrows its bytes.
class DataReader {
 public:
  explicit DataReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t Byte();
  std::uint32_t Uint32();
  std::uint64_t Uint64();
  std::string_view String();
  // A positive mpint, without its leading zero. Zero, negative ones and superfluous zeros are
  // faults.
  std::string_view PositiveMpint();
  // The next `count` bytes.
  std::string_view Bytes(std::size_t count);

  bool ok() const { return ok_; }
  // Everything was read, and all of it was sound.
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
