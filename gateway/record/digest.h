// Digest: the SHA-256 of bytes that arrive over time.
//
// It uses OpenSSL's EVP, and throws std::bad_alloc if that fails, because it fails only without
// memory or without SHA-256.
#ifndef ONEOFF_GATEWAY_RECORD_DIGEST_H_
#define ONEOFF_GATEWAY_RECORD_DIGEST_H_

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace record {

class Digest {
 public:
  Digest();
  void Add(std::string_view bytes);
  // Returns the digest so far: 64 hexadecimal digits in lower case. More bytes may be added later.
  std::string Hex() const;

  static std::string Of(std::string_view bytes);

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  using Context = std::unique_ptr<EVP_MD_CTX, Free>;

  Context context_;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_DIGEST_H_
