// Owners for OpenSSL's handles, and operations that this folder needs more than once.
//
// A handle is empty if OpenSSL could not make it. OpenSSL's own queue of errors is neither read nor
// cleared: the functions of this folder say what failed, not why.
#ifndef ONEOFF_AUTHZ_OPENSSL_H_
#define ONEOFF_AUTHZ_OPENSSL_H_

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string>
#include <string_view>

namespace authz {

// std::unique_ptr<T, Deleter<T_free>>: calls the C function `function`.
template <auto function>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    function(handle);
  }
};

// OpenSSL overwrites a private key, and Number's function a number, before it frees the memory.
using KeyHandle = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

// OpenSSL's functions take unsigned char.
inline const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* Data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// An unsigned number. nullptr if memory is short. The empty text is zero.
Number ToNumber(std::string_view big_endian);
// Big endian, without leading zeros; empty for zero. The sign is lost.
std::string ToBytes(const BIGNUM* number);

// A key of `type` ("EC", "RSA") from its parameters; nullptr if they are not valid. `selection` is
// EVP_PKEY_PUBLIC_KEY or EVP_PKEY_KEYPAIR.
KeyHandle MakeKey(const char* type, const ParamBuilder& builder, int selection);

// The digest's 32 bytes.
std::string Sha256(std::string_view bytes);
// "SHA256:" and the digest in base64 without padding: OpenSSH's form of a fingerprint.
std::string FingerprintOf(std::string_view key_blob);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_OPENSSL_H_
