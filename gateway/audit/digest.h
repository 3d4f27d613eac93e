// Sha256: the digest that chains the records.
//
// The functions throw std::bad_alloc if OpenSSL fails, because it fails only without memory or
// without SHA-256. gateway/record has a digest of its own, which can go on after Hex.
#ifndef ONEOFF_GATEWAY_AUDIT_DIGEST_H_
#define ONEOFF_GATEWAY_AUDIT_DIGEST_H_

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace audit {

class Sha256 {
 public:
  Sha256();
  void Update(std::string_view bytes);
  // Returns 64 hexadecimal digits in lower case. To be called once, after the last Update.
  std::string Hex();

  static std::string Of(std::string_view bytes);

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_DIGEST_H_
