// sk_software: a FIDO2 security key in software, for tests: a library that OpenSSH loads as it
// would load a real key's (SecurityKeyProvider; PROTOCOL.u2f). Its key handles hold the private
// keys as they are: nothing for people.
//
// It is touched whenever a touch is asked for, and verifies its user by the PIN 1234.
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace {

// The interface, version 10, as OpenSSH 8.9 to 9.x have it.
constexpr std::uint32_t kVersion = 0x000a0000;
constexpr std::uint32_t kEcdsa = 0;
constexpr std::uint32_t kEd25519 = 1;
constexpr std::uint8_t kUserPresence = 0x01;
constexpr std::uint8_t kUserVerification = 0x04;
constexpr int kGeneralError = -1;
constexpr int kUnsupported = -2;
constexpr int kPinRequired = -3;
constexpr const char* kPin = "1234";

struct EnrollResponse {
  std::uint8_t flags;
  std::uint8_t* public_key;
  std::size_t public_key_length;
  std::uint8_t* key_handle;
  std::size_t key_handle_length;
  std::uint8_t* signature;
  std::size_t signature_length;
  std::uint8_t* attestation_certificate;
  std::size_t attestation_certificate_length;
  std::uint8_t* authenticator_data;
  std::size_t authenticator_data_length;
};

struct SignResponse {
  std::uint8_t flags;
  std::uint32_t counter;
  std::uint8_t* r;
  std::size_t r_length;
  std::uint8_t* s;
  std::size_t s_length;
};

struct Option;
struct ResidentKey;

template <auto kFree>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Numbers = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Data(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// A copy that OpenSSH frees.
void Give(std::string_view bytes, std::uint8_t*& into, std::size_t& length) {
  into = static_cast<std::uint8_t*>(std::malloc(bytes.size() + 1));
  length = bytes.size();
  std::memcpy(into, bytes.data(), bytes.size());
}

std::string Sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), Data(digest), nullptr, EVP_sha256(), nullptr);
  return digest;
}

std::string PublicPart(std::uint32_t algorithm, EVP_PKEY* key) {
  std::string bytes(128, '\0');
  std::size_t length = bytes.size();
  const int rc = algorithm == kEd25519
                     ? EVP_PKEY_get_raw_public_key(key, Data(bytes), &length)
                     : EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, Data(bytes),
                                                       bytes.size(), &length);
  bytes.resize(rc == 1 ? length : 0);
  return bytes;
}

std::string Handle(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int length = i2d_PrivateKey(key, &der);
  if (length <= 0) return {};
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

std::string Number(const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, Data(bytes));
  return bytes;
}

// What the key signs instead of the message: PROTOCOL.u2f, "SSH U2F signatures".
std::string DeviceMessage(std::string_view application, std::uint8_t flags, std::uint32_t counter,
                          std::string_view message) {
  std::string bytes = Sha256(application) + static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(counter >> shift);
  return bytes + Sha256(message);
}

std::string Sign(EVP_PKEY* key, const EVP_MD* digest, std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  std::string signature(256, '\0');
  std::size_t length = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), Data(signature), &length, Data(message), message.size()) != 1) {
    return {};
  }
  signature.resize(length);
  return signature;
}

}  // namespace

// The parameters are OpenSSH's choice.
// NOLINTBEGIN(readability-function-size)
extern "C" {

std::uint32_t sk_api_version() { return kVersion; }

int sk_enroll(std::uint32_t algorithm, const std::uint8_t*, std::size_t, const char*,
              std::uint8_t flags, const char*, Option**, EnrollResponse** response) {
  if (algorithm != kEcdsa && algorithm != kEd25519) return kUnsupported;
  const Key key(algorithm == kEd25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                      : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  if (key == nullptr) return kGeneralError;
  auto* made = static_cast<EnrollResponse*>(std::calloc(1, sizeof(EnrollResponse)));
  made->flags = flags;
  Give(PublicPart(algorithm, key.get()), made->public_key, made->public_key_length);
  Give(Handle(key.get()), made->key_handle, made->key_handle_length);
  Give("unattested", made->signature, made->signature_length);
  *response = made;
  return 0;
}

int sk_sign(std::uint32_t algorithm, const std::uint8_t* data, std::size_t data_length,
            const char* application, const std::uint8_t* key_handle, std::size_t key_handle_length,
            std::uint8_t flags, const char* pin, Option**, SignResponse** response) {
  if (algorithm != kEcdsa && algorithm != kEd25519) return kUnsupported;
  if ((flags & kUserVerification) != 0 && (pin == nullptr || std::strcmp(pin, kPin) != 0)) {
    return kPinRequired;
  }
  const unsigned char* der = key_handle;
  const Key key(d2i_AutoPrivateKey(nullptr, &der, static_cast<long>(key_handle_length)));
  if (key == nullptr) return kGeneralError;
  const auto shown = static_cast<std::uint8_t>(flags & (kUserPresence | kUserVerification));
  constexpr std::uint32_t kCounter = 0x12345678;
  const std::string message = DeviceMessage(application, shown, kCounter,
                                            {reinterpret_cast<const char*>(data), data_length});
  const std::string signature =
      Sign(key.get(), algorithm == kEd25519 ? nullptr : EVP_sha256(), message);
  if (signature.empty()) return kGeneralError;
  auto* made = static_cast<SignResponse*>(std::calloc(1, sizeof(SignResponse)));
  made->flags = shown;
  made->counter = kCounter;
  if (algorithm == kEd25519) {
    Give(signature, made->r, made->r_length);
  } else {
    const unsigned char* at = Data(signature);
    const Numbers numbers(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size())));
    Give(Number(ECDSA_SIG_get0_r(numbers.get())), made->r, made->r_length);
    Give(Number(ECDSA_SIG_get0_s(numbers.get())), made->s, made->s_length);
  }
  *response = made;
  return 0;
}

int sk_load_resident_keys(const char*, Option**, ResidentKey***, std::size_t*) {
  return kUnsupported;
}

}  // extern "C"
// NOLINTEND(readability-function-size)
