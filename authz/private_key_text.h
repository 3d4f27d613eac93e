// Reads and writes the text of an unencrypted OpenSSH private key file (PROTOCOL.key,
// "openssh-key-v1").
#ifndef ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_
#define ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace authz {

// Bytes that the destructor overwrites. Cannot be copied.
class Secret {
 public:
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  const std::string& text() const { return bytes_; }

 private:
  std::string bytes_;
};

struct PrivateKeyContent {
  std::string public_blob;
  // String type, the type's fields, string comment; without the padding, which was checked.
  Secret secret;
};

// `text` has at most 64 KiB. kInvalid: another format, encrypted, damaged, more than one key.
base::Result<PrivateKeyContent> ReadPrivateKeyText(std::string_view text);

// `fields`: string type, the type's fields, string comment.
std::string WritePrivateKeyText(std::string_view public_blob, std::string_view fields);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_
