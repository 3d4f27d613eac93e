#include "authz/public_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>

#include <algorithm>
#include <array>

#include "authz/openssl.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

constexpr std::size_t kMaxBlob = 8192;  // bytes; RSA with 16384 bits needs 2,100
// Shorter RSA keys are too weak (NIST SP 800-131A); longer ones only cost the monitor time.
constexpr std::size_t kMinModulus = 2048;
constexpr std::size_t kMaxModulus = 16384;
constexpr std::size_t kEd25519Key = 32;
constexpr std::size_t kEd25519Signature = 64;
constexpr std::uint8_t kUserPresent = 0x01;  // PROTOCOL.u2f, signature flags
constexpr std::uint8_t kUserVerified = 0x04;

// In the order of PublicKey::Type.
struct Shape {
  std::string name;
  std::string curve;       // RFC 5656 6.1; empty: no curve is used
  const char* group;       // OpenSSL's name for the curve
  std::size_t coordinate;  // bytes
  const char* digest;
  bool hardware;
};

const std::array<Shape, 7>& Shapes() {
  static const std::array<Shape, 7> shapes = {{
      {"ssh-ed25519", "", nullptr, 0, nullptr, false},
      {"ecdsa-sha2-nistp256", "nistp256", "prime256v1", 32, "SHA256", false},
      {"ecdsa-sha2-nistp384", "nistp384", "secp384r1", 48, "SHA384", false},
      {"ecdsa-sha2-nistp521", "nistp521", "secp521r1", 66, "SHA512", false},
      {"ssh-rsa", "", nullptr, 0, nullptr, false},
      {"sk-ssh-ed25519@openssh.com", "", nullptr, 0, nullptr, true},
      {"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "prime256v1", 32, "SHA256", true},
  }};
  return shapes;
}

base::Error Malformed(std::string_view type, std::string_view why) {
  return {base::Code::kInvalid, fmt::format("malformed {} key: {}", type, why)};
}

std::size_t Bits(std::string_view number) {
  if (number.empty()) return 0;
  std::size_t bits = number.size() * 8;
  for (auto top = static_cast<unsigned>(static_cast<unsigned char>(number[0])); top < 0x80U;
       top <<= 1U) {
    --bits;
  }
  return bits;
}

// Converts string r and s (RFC 5656 3.1.2) to the DER form of OpenSSL; empty if they are not valid.
std::string EcdsaDer(std::string_view numbers, std::size_t coordinate) {
  DataReader reader(numbers);
  const std::string_view r = reader.PositiveMpint();
  const std::string_view s = reader.PositiveMpint();
  if (!reader.Finished() || r.size() > coordinate || s.size() > coordinate) return {};
  const EcdsaSignature signature(ECDSA_SIG_new());
  Number r_number = ToNumber(r);
  Number s_number = ToNumber(s);
  if (!signature || !r_number || !s_number ||
      ECDSA_SIG_set0(signature.get(), r_number.release(), s_number.release()) != 1) {
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) return {};
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

KeyHandle EcKey(const Shape& shape, std::string_view point) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, shape.group, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return nullptr;
  }
  return MakeKey("EC", builder, EVP_PKEY_PUBLIC_KEY);
}

KeyHandle RsaKey(std::string_view modulus, std::string_view exponent) {
  const Number n = ToNumber(modulus);
  const Number e = ToNumber(exponent);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  return MakeKey("RSA", builder, EVP_PKEY_PUBLIC_KEY);
}

// `digest` is nullptr for Ed25519, which signs the message itself.
bool Verifies(EVP_PKEY* key, const char* digest, std::string_view signature,
              std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  return context && key != nullptr &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr) ==
             1 &&
         EVP_DigestVerify(context.get(), Data(signature), signature.size(), Data(message),
                          message.size()) == 1;
}

}  // namespace

base::Result<PublicKey> PublicKey::Parse(std::string_view blob) {
  if (blob.size() > kMaxBlob) return base::Fail(base::Code::kInvalid, "the key is too long");
  DataReader reader(blob);
  const std::string_view name = reader.String();
  const auto& shapes = Shapes();
  const auto* const shape = std::find_if(shapes.begin(), shapes.end(),
                                         [name](const Shape& one) { return one.name == name; });
  if (!reader.ok()) return base::Fail(base::Code::kInvalid, "the key is cut short");
  if (shape == shapes.end()) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("keys of type {} are not supported", base::Quote(name, 64)));
  }
  PublicKey key;
  key.type_ = static_cast<Type>(shape - shapes.begin());
  key.blob_ = std::string(blob);
  if (key.type_ == Type::kRsa) {
    key.exponent_ = std::string(reader.PositiveMpint());
    key.modulus_ = std::string(reader.PositiveMpint());
  } else {
    // RFC 5656 3.1: the curve stands in the type and again in the key. They must agree.
    if (!shape->curve.empty() && reader.String() != shape->curve) {
      return base::Fail(Malformed(name, "it names another curve"));
    }
    key.point_ = std::string(reader.String());
    if (shape->hardware) key.application_ = std::string(reader.String());
  }
  if (!reader.Finished()) {
    return base::Fail(Malformed(name, reader.ok() ? "something follows it" : "it is cut short"));
  }
  if (const std::string fault = key.Fault(); !fault.empty()) {
    return base::Fail(Malformed(name, fault));
  }
  return key;
}

std::string PublicKey::Fault() const {
  const Shape& shape = Shapes().at(static_cast<std::size_t>(type_));
  if (type_ == Type::kRsa) {
    const std::size_t bits = Bits(modulus_);
    if (bits < kMinModulus || bits > kMaxModulus) {
      return fmt::format("{} bits; {} to {} are taken", bits, kMinModulus, kMaxModulus);
    }
    const bool odd = (static_cast<unsigned char>(exponent_.back()) & 1U) != 0;
    return odd && exponent_.size() <= 8 && exponent_ != "\x01" ? "" : "its exponent";
  }
  if (shape.curve.empty()) return point_.size() == kEd25519Key ? "" : "its length";
  return point_.size() == 1 + 2 * shape.coordinate && point_[0] == '\x04' ? "" : "its point";
}

const std::string& PublicKey::type() const {
  return Shapes().at(static_cast<std::size_t>(type_)).name;
}

bool PublicKey::hardware() const { return Shapes().at(static_cast<std::size_t>(type_)).hardware; }

std::string PublicKey::Fingerprint() const { return FingerprintOf(blob_); }

std::vector<std::string> PublicKey::Algorithms() const {
  if (type_ == Type::kRsa) return {"rsa-sha2-512", "rsa-sha2-256"};
  return {type()};
}

bool PublicKey::Holds(std::string_view algorithm, std::string_view made,
                      std::string_view message) const {
  const Shape& shape = Shapes().at(static_cast<std::size_t>(type_));
  if (type_ == Type::kRsa) {
    // RFC 8332 3: the signature is as long as the modulus. Some clients drop leading zeros; OpenSSH
    // accepts such signatures, too.
    const std::size_t length = modulus_.size();
    if (made.size() > length || made.size() + 8 < length) return false;
    const std::string padded = std::string(length - made.size(), '\0') + std::string(made);
    const char* const digest = algorithm == "rsa-sha2-512" ? "SHA512" : "SHA256";
    return Verifies(RsaKey(modulus_, exponent_).get(), digest, padded, message);
  }
  if (shape.curve.empty()) {
    const KeyHandle key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Data(point_), point_.size()));
    return made.size() == kEd25519Signature && Verifies(key.get(), nullptr, made, message);
  }
  const std::string der = EcdsaDer(made, shape.coordinate);
  return !der.empty() && Verifies(EcKey(shape, point_).get(), shape.digest, der, message);
}

base::Result<SignatureFacts> PublicKey::Verify(std::string_view signature,
                                               std::string_view signed_bytes) const {
  DataReader reader(signature);
  SignatureFacts facts;
  facts.algorithm = std::string(reader.String());
  const std::string_view made = reader.String();
  facts.hardware = hardware();
  std::uint8_t flags = 0;
  if (facts.hardware) {
    flags = reader.Byte();
    facts.counter = reader.Uint32();
    facts.user_present = (flags & kUserPresent) != 0;
    facts.user_verified = (flags & kUserVerified) != 0;
  }
  if (!reader.Finished()) return base::Fail(base::Code::kInvalid, "malformed signature");
  const auto algorithms = Algorithms();
  // ssh-rsa, which signs with SHA-1, is in no list.
  if (std::find(algorithms.begin(), algorithms.end(), facts.algorithm) == algorithms.end()) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("a signature by {} is not taken from a key of type {}",
                                  base::Quote(facts.algorithm, 64), type()));
  }

  std::string device;  // the bytes that a FIDO key signs instead of the message (PROTOCOL.u2f)
  if (facts.hardware) {
    device = DataWriter()
                 .Bytes(Sha256(application_))
                 .Byte(flags)
                 .Uint32(facts.counter)
                 .Bytes(Sha256(signed_bytes))
                 .bytes();
  }
  const std::string_view message = facts.hardware ? std::string_view(device) : signed_bytes;

  if (!Holds(facts.algorithm, made, message))
    return base::Fail(base::Code::kDenied, "the signature is not this key's");
  return facts;
}

}  // namespace authz
