// Reads and writes the text of an unencrypted OpenSSH private key file (PROTOCOL.key,
// "openssh-key-v1"). It knows the container only: SigningKey interprets the key in it.
#ifndef ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_
#define ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace authz {

// Bytes that the destructor overwrites. Cannot be copied; after a move one Secret holds them.
class Secret {
 public:
  explicit Secret(std::string bytes) : bytes_(std::move(bytes)) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // A copy of the text is the caller's to wipe.
  const std::string& text() const { return bytes_; }

 private:
  std::string bytes_;
};

struct PrivateKeyContent {
  std::string public_blob;  // the public key in wire format, not checked
  // String type, the type's fields, string comment, and the padding: its bytes are not checked.
  Secret secret;
};

// kInvalid: over 64 KiB, another format (PEM, PKCS#8), encrypted, damaged, more than one key. The
// message holds no part of the text. White space around the text and in its base64 does not count.
base::Result<PrivateKeyContent> ReadPrivateKeyText(std::string_view text);

// `fields`: string type, the type's fields, string comment. The result ends in a newline and is a
// secret: the caller wipes it. Lines have 70 characters of base64, as ssh-keygen writes them.
std::string WritePrivateKeyText(std::string_view public_blob, std::string_view fields);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PRIVATE_KEY_TEXT_H_
