#include "authz/userauth.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "authz/certificate.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

constexpr std::uint8_t kUserauthRequest = 50;  // SSH_MSG_USERAUTH_REQUEST
// Bytes; the exchange hash of SHA-256 has 32, of SHA-512 64.
constexpr std::size_t kLeastSessionId = 16;
constexpr std::size_t kMostSessionId = 64;
constexpr std::size_t kMaxUser = 256;

tl::unexpected<base::Error> Invalid(std::string_view why) {
  return base::Fail(base::Code::kInvalid, fmt::format("malformed authentication request: {}", why));
}

}  // namespace

base::Result<SignedRequest> ParseSignedRequest(std::string_view signed_bytes) {
  DataReader reader(signed_bytes);
  SignedRequest request;
  request.session_id = std::string(reader.String());
  const std::uint8_t type = reader.Byte();
  request.user = std::string(reader.String().substr(0, kMaxUser + 1));
  const std::string_view service = reader.String();
  const std::string_view method = reader.String();
  const std::uint8_t signs = reader.Byte();
  request.algorithm = std::string(reader.String().substr(0, kMaxUser));
  request.key_blob = std::string(reader.String());
  if (!reader.ok()) return Invalid("cut short");
  if (!reader.Finished()) return Invalid("something follows it");
  const std::size_t id = request.session_id.size();
  if (id < kLeastSessionId || id > kMostSessionId) return Invalid("the session id's length");
  if (type != kUserauthRequest) return Invalid("the message's number");
  if (request.user.empty() || request.user.size() > kMaxUser) return Invalid("the user's name");
  if (service != "ssh-connection") return Invalid("the service's name");
  if (method != "publickey") return Invalid("the method's name");
  // OpenSSH writes 1 for TRUE. RFC 4251 5: applications must not store other values.
  if (signs != 1) return Invalid("it says that nothing is signed");
  return request;
}

namespace {

// The key that must have signed; for a certificate, the certified key.
base::Result<PublicKey> SigningKeyOf(const SignedRequest& request) {
  if (!Certificate::IsOne(request.key_blob)) return PublicKey::Parse(request.key_blob);
  auto certificate = Certificate::Parse(request.key_blob);
  if (!certificate) return tl::unexpected(std::move(certificate.error()));
  return std::move(certificate->key);
}

// The signature algorithm that the request's algorithm stands for. nullopt if only one of the
// algorithm and the key is a certificate's.
std::optional<std::string> SignatureAlgorithmOf(const SignedRequest& request) {
  auto plain = PlainAlgorithm(request.algorithm);
  if (plain.has_value() != Certificate::IsOne(request.key_blob)) return std::nullopt;
  return plain ? std::move(plain) : request.algorithm;
}

}  // namespace

base::Result<SignatureFacts> VerifySigned(const SignedRequest& request,
                                          std::string_view signed_bytes,
                                          std::string_view signature) {
  const auto key = SigningKeyOf(request);
  if (!key) return tl::unexpected(key.error());
  auto facts = key->Verify(signature, signed_bytes);
  if (facts && facts->algorithm != SignatureAlgorithmOf(request)) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("the request names {}, its signature {}",
                                  base::Quote(request.algorithm, 64), facts->algorithm));
  }
  return facts;
}

}  // namespace authz
