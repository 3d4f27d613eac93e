// The data types of SSH (RFC 4251 5): a reader that checks each length, and a writer.
//
//   DataReader reader(blob);
//   const std::string_view type = reader.String();
//   const std::string_view point = reader.String();
//   if (!reader.Finished()) ... cut short, or something follows ...
#ifndef ONEOFF_AUTHZ_SSH_DATA_H_
#define ONEOFF_AUTHZ_SSH_DATA_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace authz {

// Reads from the front of bytes that it borrows: they must outlive the reader and the views that it
// returns. After the first read that fails, ok() stays false and each read returns an empty value
// or 0. So a caller may read all fields first and then ask once.
class DataReader {
 public:
  explicit DataReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t Byte();
  std::uint32_t Uint32();  // big endian, as Uint64
  std::uint64_t Uint64();
  // A uint32 and that many bytes. It copies nothing, so a huge length costs nothing.
  std::string_view String();
  // A positive mpint, without its leading zero byte. Zero, negative numbers and unnecessary zero
  // bytes are errors.
  std::string_view PositiveMpint();
  // The next `count` bytes.
  std::string_view Bytes(std::size_t count);

  bool ok() const { return ok_; }
  // Whether all bytes were read without an error.
  bool Finished() const { return ok_ && rest_.empty(); }
  // The bytes that are not read yet. After an error they have no meaning.
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// Appends to a string, without a limit; each call returns the writer, for chains. It does not wipe
// what it wrote: for a secret, reserve the room in bytes() first and wipe it afterwards.
class DataWriter {
 public:
  DataWriter& Byte(std::uint8_t value);
  DataWriter& Uint32(std::uint32_t value);
  DataWriter& Uint64(std::uint64_t value);
  DataWriter& String(std::string_view bytes);
  // `magnitude` is big endian and unsigned. Leading zeros do not count; zero is the empty string.
  DataWriter& Mpint(std::string_view magnitude);
  DataWriter& Bytes(std::string_view bytes);

  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_SSH_DATA_H_
