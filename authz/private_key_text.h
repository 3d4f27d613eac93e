// The text of an unencrypted private key file of OpenSSH (PROTOCOL.key, "openssh-key-v1"): read and
// written.
#ifndef ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_
#define ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace authz {

// Bytes that are overwritten when they are no longer needed. Cannot be copied.
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
  Secret secret;  // string type, the type's fields, string comment; the padding was checked and is
                  // gone
};

// At most 64 KiB. kInvalid: another format, encrypted, damaged, several keys.
base::Result<PrivateKeyContent> ReadPrivateKeyText(std::string_view text);

// `fields`: string type, the type's fields, string comment.
std::string WritePrivateKeyText(std::string_view public_blob, std::string_view fields);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_
