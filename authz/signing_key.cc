#include "authz/signing_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "authz/openssl.h"
#include "authz/private_key_text.h"
#include "authz/public_key.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

struct Curve {
  std::string_view type;
  const char* group;
  const char* digest;
};

constexpr std::array<Curve, 3> kCurves = {{{"ecdsa-sha2-nistp256", "prime256v1", "SHA256"},
                                           {"ecdsa-sha2-nistp384", "secp384r1", "SHA384"},
                                           {"ecdsa-sha2-nistp521", "secp521r1", "SHA512"}}};

const Curve* FindCurve(std::string_view type) {
  const auto* const found = std::find_if(kCurves.begin(), kCurves.end(),
                                         [type](const Curve& one) { return one.type == type; });
  return found == kCurves.end() ? nullptr : found;
}

KeyHandle Ed25519(DataReader& reader) {
  const std::string_view point = reader.String();
  const std::string_view secret = reader.String();  // the seed, then the public point again
  if (point.size() != 32 || secret.size() != 64 || secret.substr(32) != point) return nullptr;
  KeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Data(secret), 32));
  std::string derived(32, '\0');
  std::size_t size = derived.size();
  // With a seed that does not belong to the point, a signature would reveal the private key.
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), Data(derived), &size) != 1 ||
      derived != point) {
    return nullptr;
  }
  return key;
}

KeyHandle Ecdsa(const Curve& curve, DataReader& reader) {
  reader.String();  // the curve's name, which the type already tells
  const std::string_view point = reader.String();
  const Number secret = ToNumber(reader.PositiveMpint());
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!reader.ok() || !builder || !secret ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group, 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) != 1) {
    return nullptr;
  }
  return MakeKey("EC", builder, EVP_PKEY_KEYPAIR);
}

KeyHandle Rsa(DataReader& reader) {
  const Number n = ToNumber(reader.PositiveMpint());
  const Number e = ToNumber(reader.PositiveMpint());
  const Number d = ToNumber(reader.PositiveMpint());
  const Number inverse = ToNumber(reader.PositiveMpint());
  const Number p = ToNumber(reader.PositiveMpint());
  const Number q = ToNumber(reader.PositiveMpint());
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!reader.ok() || !builder) return nullptr;
  // OpenSSL needs all of the CRT parameters or none: computes the exponents.
  const Number one = ToNumber("\x01");
  const std::unique_ptr<BN_CTX, Deleter<BN_CTX_free>> scratch(BN_CTX_secure_new());
  const Number p1(BN_new());
  const Number q1(BN_new());
  const Number dp(BN_new());
  const Number dq(BN_new());
  if (BN_sub(p1.get(), p.get(), one.get()) != 1 || BN_sub(q1.get(), q.get(), one.get()) != 1 ||
      BN_is_zero(p1.get()) || BN_is_zero(q1.get()) ||
      BN_mod(dp.get(), d.get(), p1.get(), scratch.get()) != 1 ||
      BN_mod(dq.get(), d.get(), q1.get(), scratch.get()) != 1) {
    return nullptr;
  }
  const std::array<std::pair<const char*, const BIGNUM*>, 8> numbers = {
      {{OSSL_PKEY_PARAM_RSA_N, n.get()},
       {OSSL_PKEY_PARAM_RSA_E, e.get()},
       {OSSL_PKEY_PARAM_RSA_D, d.get()},
       {OSSL_PKEY_PARAM_RSA_FACTOR1, p.get()},
       {OSSL_PKEY_PARAM_RSA_FACTOR2, q.get()},
       {OSSL_PKEY_PARAM_RSA_EXPONENT1, dp.get()},
       {OSSL_PKEY_PARAM_RSA_EXPONENT2, dq.get()},
       {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, inverse.get()}}};
  for (const auto& [name, number] : numbers) {
    if (OSSL_PARAM_BLD_push_BN(builder.get(), name, number) != 1) return nullptr;
  }
  return MakeKey("RSA", builder, EVP_PKEY_KEYPAIR);
}

// Appends the numbers of `key` with the names `names`. False if one is missing.
bool AppendNumbers(const EVP_PKEY* key, std::initializer_list<const char*> names,
                   DataWriter& fields) {
  for (const char* const name : names) {
    BIGNUM* found = nullptr;
    if (key == nullptr || EVP_PKEY_get_bn_param(key, name, &found) != 1) return false;
    const Number number(found);
    std::string magnitude = ToBytes(number.get());
    fields.Mpint(magnitude);
    Wipe(magnitude);
  }
  return true;
}

// Checks the rest: a comment, then the padding 1, 2, 3, … (PROTOCOL.key).
bool EndsWell(DataReader& reader) {
  reader.String();
  if (!reader.ok()) return false;
  char expected = 1;
  return std::all_of(reader.rest().begin(), reader.rest().end(),
                     [&expected](char byte) { return byte == expected++; });
}

// Converts OpenSSL's DER to mpint r, mpint s (RFC 5656 3.1.2).
std::string EcdsaNumbers(const std::string& der) {
  const unsigned char* at = Data(std::string_view(der));
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature) return {};
  return DataWriter()
      .Mpint(ToBytes(ECDSA_SIG_get0_r(signature.get())))
      .Mpint(ToBytes(ECDSA_SIG_get0_s(signature.get())))
      .bytes();
}

}  // namespace

void Wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

base::Result<SigningKey> SigningKey::Generate(Kind kind) {
  const auto failed = [] {
    return base::Fail(base::Code::kSystem, "a host key could not be made");
  };
  SigningKey key;
  if (kind == Kind::kRsa3072) {
    constexpr std::size_t kBits = 3072;
    key.key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kBits));
    key.type_ = "ssh-rsa";
    DataWriter blob;
    blob.String(key.type_);
    if (!AppendNumbers(key.key_.get(), {OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_N}, blob)) {
      return failed();
    }
    key.public_blob_ = blob.bytes();
    return key;
  }
  key.key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  std::string point(32, '\0');
  std::size_t size = point.size();
  if (!key.key_ || EVP_PKEY_get_raw_public_key(key.key_.get(), Data(point), &size) != 1) {
    return failed();
  }
  key.type_ = "ssh-ed25519";
  key.public_blob_ = DataWriter().String(key.type_).String(point).bytes();
  return key;
}

base::Result<SigningKey> SigningKey::Parse(std::string_view text) {
  auto content = ReadPrivateKeyText(text);
  if (!content) return tl::unexpected(content.error());
  const auto parsed = PublicKey::Parse(content->public_blob);
  if (!parsed) return tl::unexpected(parsed.error());
  SigningKey key;
  key.type_ = parsed->type();
  key.public_blob_ = content->public_blob;
  DataReader reader(content->secret.text());
  if (reader.String() != key.type_) {
    return base::Fail(base::Code::kInvalid, "its public and its private part differ in type");
  }
  if (key.type_ == "ssh-ed25519") {
    key.key_ = Ed25519(reader);
  } else if (key.type_ == "ssh-rsa") {
    key.key_ = Rsa(reader);
  } else if (const Curve* const curve = FindCurve(key.type_); curve != nullptr) {
    key.key_ = Ecdsa(*curve, reader);
  }
  if (!key.key_ || !EndsWell(reader)) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("it holds no sound private key of type {}", key.type_));
  }
  // Proves that the two parts of the file belong together: the public part verifies a signature of
  // the private part.
  const auto proof = key.Sign("oneoff", key.Algorithms().front());
  if (!proof || !parsed->Verify(*proof, "oneoff")) {
    return base::Fail(base::Code::kInvalid, "its public and its private part do not match");
  }
  return key;
}

std::string SigningKey::PublicLine() const {
  return type_ + " " + base::Base64Encode(public_blob_);
}

std::string SigningKey::Fingerprint() const { return FingerprintOf(public_blob_); }

std::vector<std::string> SigningKey::Algorithms() const {
  if (type_ == "ssh-rsa") return {"rsa-sha2-512", "rsa-sha2-256"};
  return {type_};
}

base::Result<std::string> SigningKey::Sign(std::string_view data,
                                           std::string_view algorithm) const {
  const auto algorithms = Algorithms();
  // The session names the algorithm. It must not get a SHA-1 signature.
  if (std::find(algorithms.begin(), algorithms.end(), algorithm) == algorithms.end()) {
    return base::Fail(base::Code::kInvalid, fmt::format("a host key of type {} does not sign by {}",
                                                        type_, base::Quote(algorithm, 64)));
  }
  const Curve* const curve = FindCurve(type_);
  const char* digest = curve != nullptr ? curve->digest : nullptr;
  if (type_ == "ssh-rsa") digest = algorithm == "rsa-sha2-512" ? "SHA512" : "SHA256";
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  std::string made;
  const auto failed = [] { return base::Fail(base::Code::kSystem, "the host key did not sign"); };
  if (!context ||
      EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key_.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Data(data), data.size()) != 1) {
    return failed();
  }
  made.resize(size);
  if (EVP_DigestSign(context.get(), Data(made), &size, Data(data), data.size()) != 1) {
    return failed();
  }
  made.resize(size);
  if (curve != nullptr) made = EcdsaNumbers(made);
  if (made.empty()) return failed();
  return DataWriter().String(algorithm).String(made).bytes();
}

base::Result<std::string> SigningKey::ToOpenSshText(std::string_view comment) const {
  DataWriter fields;
  // No reallocation, which would leave a copy of the secret in freed memory.
  fields.bytes().reserve(4096);
  fields.String(type_);
  bool written = false;
  if (type_ == "ssh-rsa") {
    written = AppendNumbers(key_.get(),
                            {OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
                             OSSL_PKEY_PARAM_RSA_COEFFICIENT1, OSSL_PKEY_PARAM_RSA_FACTOR1,
                             OSSL_PKEY_PARAM_RSA_FACTOR2},
                            fields);
  } else if (type_ == "ssh-ed25519") {
    std::string seed(32, '\0');
    std::size_t size = seed.size();
    written = EVP_PKEY_get_raw_private_key(key_.get(), Data(seed), &size) == 1;
    const std::string_view point = std::string_view(public_blob_).substr(public_blob_.size() - 32);
    fields.String(point).Uint32(64).Bytes(seed).Bytes(point);
    Wipe(seed);
  }
  if (!written) {
    return base::Fail(base::Code::kInvalid, "only Ed25519 and RSA keys are written");
  }
  fields.String(comment);
  std::string text = WritePrivateKeyText(public_blob_, fields.bytes());
  Wipe(fields.bytes());
  return text;
}

}  // namespace authz
