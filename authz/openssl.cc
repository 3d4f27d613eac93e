#include "authz/openssl.h"

#include <openssl/sha.h>

#include "base/text.h"

namespace authz {

Number ToNumber(std::string_view big_endian) {
  return Number(BN_bin2bn(Data(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

std::string ToBytes(const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, Data(bytes));
  return bytes;
}

KeyHandle MakeKey(const char* type, const ParamBuilder& builder, int selection) {
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

std::string Sha256(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(Data(bytes), bytes.size(), Data(digest));
  return digest;
}

std::string FingerprintOf(std::string_view key_blob) {
  std::string text = base::Base64Encode(Sha256(key_blob));
  while (!text.empty() && text.back() == '=') text.pop_back();
  return "SHA256:" + text;
}

}  // namespace authz
